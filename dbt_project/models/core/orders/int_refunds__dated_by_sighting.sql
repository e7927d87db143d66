-- The orders CSV holds one running sum of refunds an order, without a date. The day a new sum was first exported is the
-- latest it can have happened; a cancelled order was paid back when it was cancelled.
with versions as (
    select
        source,
        instance,
        coalesce(cast(shopify_order_id as varchar), 'name:' || order_name) as order_key,
        refunded_amount,
        max(currency) as currency,
        min(cancelled_at) as cancelled_at,
        min(exported_at) as first_seen_at,
        min(_load_id) as _load_id,
        min(_row_number) as _row_number
    from {{ ref('stg_shopify__order_versions') }}
    where refunded_amount > 0
    group by
        source, instance, coalesce(cast(shopify_order_id as varchar), 'name:' || order_name), refunded_amount
),

steps as (
    select
        *,
        refunded_amount - coalesce(max(refunded_amount) over (
            partition by source, instance, order_key
            order by first_seen_at, refunded_amount
            rows between unbounded preceding and 1 preceding
        ), 0) as step_amount
    from versions
)

select
    source,
    instance,
    order_key,
    'sum:' || cast(refunded_amount as varchar) as refund_key,
    coalesce(cancelled_at, first_seen_at) as refunded_at,
    step_amount as refunded_amount,
    currency,
    _load_id,
    _row_number
from steps
where step_amount > 0
