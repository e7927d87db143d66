-- The orders CSV holds one running sum of refunds an order, without a date, and so does the API's record. The day a new
-- sum was first exported is the latest it can have happened, and it cannot be before its order; a cancelled order was
-- paid back when it was cancelled. A sum in the first export that shows its order was never seen to grow: it counts on
-- the order's day, or the history of a shop would be paid back in the month of its first export. A name that holds a
-- day alone means that day on the store's clock.
with versions as not materialized (
    select
        *,
        'shopify.orders' as _source_table
    from {{ ref('stg_shopify__order_versions') }}

    union all by name

    -- without a sum it shows nothing, but for an order that tells refunds: it was asked for them
    select
        * replace (coalesce(refunded_amount, 0) as refunded_amount),
        'shopify.bulk_orders' as _source_table
    from {{ ref('stg_shopify__bulk_order_versions') }}
    where
        refunded_amount is not null
        or (source, instance, shopify_order_id) in (
            select (source, instance, shopify_order_id) from {{ ref('stg_shopify__bulk_refunds') }}
        )
),

refunded as (
    select * from versions
    where refunded_amount > 0
),

exported as (
    select
        refunded.*,
        coalesce(refunded.shopify_order_id, named.shopify_order_id) as known_order_id,
        coalesce(cast(known_order_id as varchar), 'name:' || refunded.order_name) as order_key,
        case
            when refunded.exported_at = date_trunc('day', refunded.exported_at)
                then {{ store_instant('refunded.exported_at') }}
            else refunded.exported_at
        end as seen_at
    from refunded
    left join {{ ref('int_shopify_orders__named') }} as named
        on
            refunded.source = named.source
            and refunded.instance = named.instance
            and refunded.order_name = named.order_name
),

-- every version of these orders, refunded or not
shown as (
    select * from versions
    where
        (source, instance, order_name) in (select (source, instance, order_name) from exported)
        or (source, instance, shopify_order_id) in (select (source, instance, known_order_id) from exported)
),

sums as (
    select
        exported.source,
        exported.instance,
        exported.order_key,
        exported.refunded_amount,
        max(exported.currency) as currency,
        min(exported.cancelled_at) as cancelled_at,
        min(exported.seen_at) as first_seen_at,
        min(exported.exported_at) as first_exported_at,
        -- by its label or, since it may have been renamed, by its Id
        min(least(by_label.exported_at, by_id.exported_at)) as first_shown_at,
        -- the row of the export that showed it first
        unnest(arg_min(
            struct_pack(
                _source_table := exported._source_table,
                _load_id := exported._load_id,
                _row_number := exported._row_number
            ),
            (exported.exported_at, exported.version, exported._row_number, exported._load_id)
        ))
    from exported
    left join (
        select
            source,
            instance,
            order_name,
            min(exported_at) as exported_at
        from shown
        group by source, instance, order_name
    ) as by_label using (source, instance, order_name)
    left join (
        select
            source,
            instance,
            shopify_order_id,
            min(exported_at) as exported_at
        from shown
        group by source, instance, shopify_order_id
    ) as by_id
        on
            exported.source = by_id.source
            and exported.instance = by_id.instance
            and exported.known_order_id = by_id.shopify_order_id
    group by exported.source, exported.instance, exported.order_key, exported.refunded_amount
),

steps as (
    select
        *,
        first_exported_at <= min(first_shown_at) over (partition by source, instance, order_key) as is_in_first_export,
        refunded_amount - coalesce(max(refunded_amount) over (
            partition by source, instance, order_key
            order by first_seen_at, refunded_amount
            rows between unbounded preceding and 1 preceding
        ), 0) as step_amount
    from sums
)

select
    steps.source,
    steps.instance,
    steps.order_key,
    'sum:' || cast(steps.refunded_amount as varchar) as refund_key,
    greatest(
        case
            when steps.is_in_first_export and steps.cancelled_at is null
                then coalesce(orders.ordered_at, steps.first_seen_at)
            else least(steps.cancelled_at, steps.first_seen_at)
        end,
        orders.ordered_at
    ) as refunded_at,
    steps.step_amount as refunded_amount,
    steps.refunded_amount as refunded_so_far_amount,
    steps.currency,
    steps._source_table,
    steps._load_id,
    steps._row_number
from steps
left join {{ ref('int_orders__unioned') }} as orders
    on
        steps.source = orders.source
        and steps.instance = orders.instance
        and steps.order_key = orders.order_key
where steps.step_amount > 0
