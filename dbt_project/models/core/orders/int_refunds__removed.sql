-- Units that an edit took off an order of which nothing else tells it: no agreement and no refund, only what the order
-- says is left of the goods. When it was is not told either: it counts on the order's day, and pays nothing back.
with orders as (
    select * from {{ ref('int_orders__valued') }}
    where current_subtotal_amount < subtotal_amount
)

select
    orders.order_id,
    orders.source,
    orders.instance,
    orders.order_key,
    'removed' as refund_key,
    orders.ordered_at as refunded_at,
    cast(0 as decimal(18, 4)) as refunded_amount,
    try_cast(
        (orders.gross_amount - orders.discount_amount)
        * (1 - cast(orders.current_subtotal_amount as double) / orders.subtotal_amount)
        as decimal(18, 4)
    ) as returned_amount,
    false as is_returned_amount_shared,
    cast(null as decimal(18, 4)) as returned_quantity,
    orders.currency,
    'current_amount' as basis,
    orders._source_table,
    orders._load_id,
    orders._row_number
from orders
anti join {{ ref('int_refunds__dated') }} as dated on orders.order_id = dated.order_id
-- of a cancelled order nothing is left; of gift cards what is left does not say which went
where not orders.is_cancelled and coalesce(orders.refunded_amount, 0) = 0 and orders.gift_card_amount = 0
