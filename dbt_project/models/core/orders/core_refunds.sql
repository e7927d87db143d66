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
        cast(orders.gross_amount - orders.discount_amount as double) as goods_amount,
        cast(orders.gross_amount - orders.discount_amount as double) / nullif(
            coalesce(
                orders.total_amount - coalesce(orders.shipping_amount, 0), orders.gross_amount - orders.discount_amount
            ), 0
        ) as goods_share,
        sum(refunds.refunded_amount) over (
            partition by refunds.order_id, refunds.returned_amount is null
            order by refunds.refunded_at, refunds.refund_key
            rows between unbounded preceding and current row
        ) as refunded_so_far_amount
    from refunds
    left join orders on refunds.order_id = orders.order_id
),

-- Where a refund does not tell its goods: goods go back before shipping, with their tax, and never more than were sold.
estimated as (
    select
        *,
        coalesce(
            returned_amount,
            round(least(refunded_so_far_amount * goods_share, goods_amount), 2)
            - round(least((refunded_so_far_amount - refunded_amount) * goods_share, goods_amount), 2)
        ) as goods_returned_amount
    from joined
)

select
    {{ surrogate_key(['estimated.source', 'estimated.instance', 'estimated.order_id', 'estimated.refund_key']) }}
        as refund_id,
    estimated.order_id,
    estimated.customer_id,
    estimated.source,
    estimated.instance,
    estimated.has_order,
    estimated.refunded_at,
    estimated.refunded_day,
    estimated.basis = 'running_sum' as is_date_estimated,
    estimated.basis,
    estimated.refund_currency as currency,
    estimated.refunded_amount,
    try_cast(estimated.goods_returned_amount as decimal(18, 4)) as returned_amount,
    estimated.returned_amount is null as is_returned_amount_estimated,
    try_cast(estimated.refunded_amount * rates.rate as decimal(18, 4)) as reporting_refunded_amount,
    try_cast(estimated.goods_returned_amount * rates.rate as decimal(18, 4))
        as reporting_returned_amount,
    case
        when not estimated.has_order then 'order_unknown'
        when estimated.refunded_at is null then 'time_unknown'
        when estimated.refunded_at >= {{ as_of() }} then 'after_as_of'
        when estimated.refunded_amount < 0 then 'amount_negative'
        when estimated.invalid_order_reason is not null then 'order_' || estimated.invalid_order_reason
    end as invalid_refund_reason,
    estimated._source_table,
    estimated._load_id,
    estimated._row_number
from estimated
left join rates on estimated.refund_currency = rates.currency and estimated.refunded_day = rates.date_day
