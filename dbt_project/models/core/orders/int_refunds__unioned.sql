-- Every refund: those that were told with their dates, and what the order's own running sum has above them, which was
-- paid back as well, on the day it was first seen.
with dated as (
    select * from {{ ref('int_refunds__dated') }}
),

orders as (
    select * from {{ ref('int_orders__unioned') }}
),

told as (
    select
        order_id,
        sum(refunded_amount) filter (where refunded_amount > 0) as told_amount,
        min(currency) as first_currency,
        max(currency) as last_currency
    from dated
    group by order_id
),

sighted as (
    select
        {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
        source,
        instance,
        order_key,
        refund_key,
        refunded_at,
        refunded_amount,
        refunded_so_far_amount,
        currency,
        'shopify.orders' as _source_table,
        _load_id,
        _row_number
    from {{ ref('int_refunds__dated_by_sighting') }}

    union all

    select
        order_id,
        source,
        instance,
        order_key,
        'sum',
        greatest(cancelled_at, ordered_at),
        refunded_amount,
        refunded_amount as refunded_so_far_amount,
        currency,
        _source_table,
        _load_id,
        _row_number
    from orders
    where refunded_amount > 0 and _source_table = 'entity.orders'
),

-- a sum and refunds of different currencies cannot be compared: then what was told counts
untold as (
    select
        sighted.* exclude (refunded_amount, refunded_so_far_amount),
        case
            when told.order_id is null then sighted.refunded_amount
            when coalesce(orders.currency = told.first_currency and orders.currency = told.last_currency, true)
                then
                    greatest(least(sighted.refunded_so_far_amount, orders.refunded_amount), told.told_amount)
                    - greatest(
                        least(sighted.refunded_so_far_amount - sighted.refunded_amount, orders.refunded_amount),
                        told.told_amount
                    )
            else 0
        end as refunded_amount
    from sighted
    left join told on sighted.order_id = told.order_id
    left join orders on sighted.order_id = orders.order_id
)

select * from dated

union all

select
    order_id,
    source,
    instance,
    order_key,
    refund_key,
    refunded_at,
    refunded_amount,
    null,
    false,
    null,
    currency,
    'running_sum',
    _source_table,
    _load_id,
    _row_number
from untold
where refunded_amount > 0.01
