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
        cast(orders.total_amount as double) as order_total_amount,
        refunds.currency is null or orders.currency is null or refunds.currency = orders.currency
            as is_in_order_currency,
        case
            when orders.order_id is null then 'order_unknown'
            when refunds.refunded_at is null then 'time_unknown'
            when refunds.refunded_at >= {{ as_of() }} then 'after_as_of'
            when refunds.refunded_amount < 0 then 'amount_negative'
            when orders.invalid_order_reason is not null then 'order_' || orders.invalid_order_reason
        end as invalid_refund_reason,
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

-- Where a refund does not tell its goods: goods go back before shipping, with their tax.
estimated as (
    select
        *,
        coalesce(
            cast(returned_amount as double),
            round(least(refunded_so_far_amount * goods_share, goods_amount), 2)
            - round(least((refunded_so_far_amount - refunded_amount) * goods_share, goods_amount), 2)
        ) as said_returned_amount,
        invalid_refund_reason is null and is_in_order_currency as is_compared
    from joined
),

-- One order's refunds that count, in their order: what all of them together paid and took back.
summed as (
    select
        *,
        coalesce(sum(refunded_amount) filter (where is_compared) over so_far, 0) as counted_refunded_amount,
        coalesce(sum(said_returned_amount) filter (where is_compared) over so_far, 0) as counted_returned_amount
    from estimated
    window so_far as (
        partition by order_id
        order by refunded_at, refund_key rows between unbounded preceding and current row
    )
),

-- Told or estimated, goods taken back are never more than were sold; what was said too much is flagged.
capped as (
    select
        *,
        is_compared
        and coalesce(
            counted_refunded_amount > order_total_amount + 0.01 or counted_returned_amount > goods_amount + 0.01, false
        ) as is_above_order_amount,
        case
            when
                is_compared
                and greatest(counted_returned_amount, counted_returned_amount - said_returned_amount) > goods_amount
                then
                    least(counted_returned_amount, goods_amount)
                    - least(counted_returned_amount - said_returned_amount, goods_amount)
            else said_returned_amount
        end as goods_returned_amount
    from summed
)

select
    {{ surrogate_key(['capped.source', 'capped.instance', 'capped.order_id', 'capped.refund_key']) }}
        as refund_id,
    capped.order_id,
    capped.customer_id,
    capped.source,
    capped.instance,
    capped.has_order,
    capped.refunded_at,
    capped.refunded_day,
    capped.basis = 'running_sum' as is_date_estimated,
    capped.basis,
    capped.refund_currency as currency,
    capped.refunded_amount,
    try_cast(capped.goods_returned_amount as decimal(18, 4)) as returned_amount,
    capped.returned_amount is null as is_returned_amount_estimated,
    try_cast(capped.refunded_amount * rates.rate as decimal(18, 4)) as reporting_refunded_amount,
    try_cast(capped.goods_returned_amount * rates.rate as decimal(18, 4))
        as reporting_returned_amount,
    capped.is_above_order_amount,
    capped.invalid_refund_reason,
    capped._source_table,
    capped._load_id,
    capped._row_number
from capped
left join rates on capped.refund_currency = rates.currency and capped.refunded_day = rates.date_day
