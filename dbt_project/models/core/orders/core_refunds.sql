with refunds as (
    select * from {{ ref('int_refunds__unioned') }}
),

orders as (
    select * from {{ ref('int_orders__valued') }}
),

rates as (
    select * from {{ ref('int_exchange_rates__resolved') }}
),

joined as (
    select
        refunds.*,
        orders.order_id is not null as has_order,
        orders.customer_id,
        orders.invalid_order_reason,
        coalesce(refunds.currency, orders.currency) as refund_currency,
        {{ store_day('refunds.refunded_at') }} as refunded_day,
        -- the goods' share of what the buyer owed, where the refund does not tell its goods
        cast(refunds.refunded_amount as double)
        * (orders.gross_amount - orders.discount_amount) / nullif(orders.total_amount, 0)
            as shared_returned_amount
    from refunds
    left join orders on refunds.order_id = orders.order_id
)

select
    {{ surrogate_key(['joined.source', 'joined.instance', 'joined.order_id', 'joined.refund_key']) }} as refund_id,
    joined.order_id,
    joined.customer_id,
    joined.source,
    joined.instance,
    joined.has_order,
    joined.refunded_at,
    joined.refunded_day,
    joined.basis = 'running_sum' as is_date_estimated,
    joined.basis,
    joined.refund_currency as currency,
    joined.refunded_amount,
    try_cast(coalesce(joined.returned_amount, joined.shared_returned_amount) as decimal(18, 4)) as returned_amount,
    joined.returned_amount is null as is_returned_amount_estimated,
    try_cast(joined.refunded_amount * rates.rate as decimal(18, 4)) as reporting_refunded_amount,
    try_cast(coalesce(joined.returned_amount, joined.shared_returned_amount) * rates.rate as decimal(18, 4))
        as reporting_returned_amount,
    case
        when not joined.has_order then 'order_unknown'
        when joined.refunded_at is null then 'time_unknown'
        when joined.refunded_at >= {{ as_of() }} then 'after_as_of'
        when joined.refunded_amount < 0 then 'amount_negative'
        when joined.invalid_order_reason is not null then 'order_' || joined.invalid_order_reason
    end as invalid_refund_reason,
    joined._source_table,
    joined._load_id,
    joined._row_number
from joined
left join rates on joined.refund_currency = rates.currency and joined.refunded_day = rates.date_day
