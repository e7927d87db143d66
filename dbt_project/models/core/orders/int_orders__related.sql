-- What a reported order follows from beside its own value: its place among its buyer's orders, the day's rate, and what
-- was paid back. Kept orders of which this is no longer so are told again (int_orders__retold).
with orders as (
    select
        order_id,
        customer_id,
        ordered_at,
        currency,
        cost_currency,
        invalid_order_reason,
        ordered_date
    from {{ ref('int_orders__valued') }}
),

refunds as (
    select
        order_id,
        sum(refunded_in_order_currency_amount) as refunded_amount,
        sum(returned_in_order_currency_amount) as returned_amount,
        sum(reporting_returned_amount) as reporting_returned_amount,
        bool_and(reporting_returned_amount is not null or coalesce(returned_amount = 0, false))
            as is_returned_amount_converted,
        max(refunded_at) as last_refunded_at
    from {{ ref('core_refunds') }}
    where is_in_order_amounts
    group by order_id
),

-- counted over valid orders alone: a cancelled or test order is nobody's first
numbered as (
    select
        order_id,
        row_number() over buyers_orders as customer_order_number,
        lead(ordered_at) over buyers_orders as next_ordered_at
    from orders
    where invalid_order_reason is null and customer_id is not null
    window buyers_orders as (partition by customer_id order by ordered_at, order_id)
)

select
    orders.order_id,
    orders.ordered_date,
    numbered.customer_order_number,
    numbered.next_ordered_at,
    -- one's own money is worth itself on days too that no calendar holds
    case when orders.currency = '{{ var("reporting_currency") }}' then 1.0 else rates.rate end as reporting_rate,
    -- what one unit of the currency that some of its goods cost is in the order's own
    case
        when orders.cost_currency = '{{ var("reporting_currency") }}' then 1.0 else cost_rates.rate
    end / nullif(reporting_rate, 0) as cost_rate,
    try_cast(coalesce(refunds.refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    try_cast(coalesce(refunds.returned_amount, 0) as decimal(18, 4)) as returned_amount,
    -- with one return unknown, what came back is not known either
    case
        when coalesce(refunds.is_returned_amount_converted, true) then coalesce(refunds.reporting_returned_amount, 0)
    end as reporting_returned_amount,
    refunds.last_refunded_at
from orders
left join numbered on orders.order_id = numbered.order_id
left join {{ ref('int_exchange_rates__resolved') }} as rates
    on orders.currency = rates.currency and orders.ordered_date = rates.date_day
left join {{ ref('int_exchange_rates__resolved') }} as cost_rates
    on orders.cost_currency = cost_rates.currency and orders.ordered_date = cost_rates.date_day
left join refunds on orders.order_id = refunds.order_id
