-- The orders CSV holds one running sum of refunds an order, without a date. The day a new sum was first exported is the
-- latest it can have happened, and it cannot be before its order; a cancelled order was paid back when it was
-- cancelled. A sum in the first export that shows its order was never seen to grow: it counts on the order's day, or
-- the history of a shop would be paid back in the month of its first export. A name that holds a day alone means that
-- day on the store's clock.
with refunded as (
    select * from {{ ref('stg_shopify__order_versions') }}
    where refunded_amount > 0
),

first_shown as (
    select
        source,
        instance,
        order_name,
        min(exported_at) as exported_at
    from {{ ref('stg_shopify__order_versions') }}
    semi join refunded using (source, instance, order_name)
    group by source, instance, order_name
),

exported as (
    select
        refunded.*,
        first_shown.exported_at as first_shown_at,
        coalesce(
            cast(refunded.shopify_order_id as varchar),
            cast(named.shopify_order_id as varchar),
            'name:' || refunded.order_name
        ) as order_key,
        case
            when refunded.exported_at = date_trunc('day', refunded.exported_at)
                then timezone('{{ var("store_time_zone") }}', refunded.exported_at) at time zone 'UTC'
            else refunded.exported_at
        end as seen_at
    from refunded
    left join first_shown
        on
            refunded.source = first_shown.source
            and refunded.instance = first_shown.instance
            and refunded.order_name = first_shown.order_name
    left join {{ ref('int_shopify_orders__named') }} as named
        on
            refunded.source = named.source
            and refunded.instance = named.instance
            and refunded.order_name = named.order_name
),

sums as (
    select
        source,
        instance,
        order_key,
        refunded_amount,
        max(currency) as currency,
        min(cancelled_at) as cancelled_at,
        min(seen_at) as first_seen_at,
        min(exported_at) as first_exported_at,
        min(first_shown_at) as first_shown_at,
        min(_load_id) as _load_id,
        min(_row_number) as _row_number
    from exported
    group by source, instance, order_key, refunded_amount
),

steps as (
    select
        *,
        -- of all its labels: an order may have been renamed
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
            when
                steps.is_in_first_export
                and steps.cancelled_at is null
                and orders._source_table = 'shopify.orders'  -- else the API showed it before
                then coalesce(orders.ordered_at, steps.first_seen_at)
            else least(steps.cancelled_at, steps.first_seen_at)
        end,
        orders.ordered_at
    ) as refunded_at,
    steps.step_amount as refunded_amount,
    steps.refunded_amount as refunded_so_far_amount,
    steps.currency,
    steps._load_id,
    steps._row_number
from steps
left join {{ ref('int_orders__unioned') }} as orders
    on
        steps.source = orders.source
        and steps.instance = orders.instance
        and steps.order_key = orders.order_key
where steps.step_amount > 0
