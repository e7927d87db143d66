-- Every refund: those that were told with their dates, and what the order's own running sum has above them, which was
-- paid back as well, on the day it was first seen. Units that were removed without money are refunds of nothing.
with dated as (
    select * from {{ ref('int_refunds__dated') }}
),

orders as (
    select * from {{ ref('int_orders__unioned') }}
),

sightings as (
    select * from {{ ref('int_shopify_refunds__sighted') }}
),

told as (
    select
        order_id,
        sum(refunded_amount) filter (where refunded_amount > 0) as told_amount,
        min(currency) as first_currency,
        max(currency) as last_currency,
        coalesce(bool_and(currency is not null) filter (where refunded_amount > 0), false) as is_currency_told
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
        _source_table,
        _load_id,
        _row_number
    from sightings

    union all by name

    -- what the newest record says beyond that: only a source that keeps no history of its sums tells it
    select
        orders.order_id,
        orders.source,
        orders.instance,
        orders.order_key,
        'sum' as refund_key,
        greatest(orders.cancelled_at, orders.ordered_at) as refunded_at,
        orders.refunded_amount - coalesce(seen.refunded_amount, 0) as refunded_amount,
        orders.refunded_amount as refunded_so_far_amount,
        orders.currency,
        orders._source_table,
        orders._load_id,
        orders._row_number
    from orders
    left join (
        select
            source,
            instance,
            order_key,
            max(refunded_so_far_amount) as refunded_amount
        from sightings
        group by source, instance, order_key
    ) as seen
        on orders.source = seen.source and orders.instance = seen.instance and orders.order_key = seen.order_key
    where orders.refunded_amount > coalesce(seen.refunded_amount, 0)
),

-- The newest sum is the most that was paid back: an older, greater one was a mistake or did not go through. A sum and
-- refunds of different currencies cannot be compared: then what was told counts, as much as its money is worth by the
-- day's rates, else by that sum (order_rate_by_sum). Nulls are passed over.
untold as (
    select
        sighted.* exclude (refunded_amount, refunded_so_far_amount),
        case
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
),

-- Refunds told in the buyer's currency alone: what one unit of it was in the order's, by the order's own sum.
sum_rates as (
    select
        told.order_id,
        cast(orders.refunded_amount as double) / told.told_amount as order_rate_by_sum
    from told
    inner join orders on told.order_id = orders.order_id and told.first_currency != orders.currency
    where told.first_currency = told.last_currency and told.is_currency_told and orders.refunded_amount > 0
)

select
    dated.*,
    sum_rates.order_rate_by_sum
from dated
left join sum_rates on dated.order_id = sum_rates.order_id

union all by name

select * from {{ ref('int_refunds__removed') }}

union all by name

select
    order_id,
    source,
    instance,
    order_key,
    refund_key,
    refunded_at,
    refunded_amount,
    false as is_returned_amount_shared,
    currency,
    'running_sum' as basis,
    _source_table,
    _load_id,
    _row_number
from untold
where refunded_amount > 0.01
