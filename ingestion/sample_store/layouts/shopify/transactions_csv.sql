-- The admin's "transaction histories", nine columns, amounts positive for refunds too.
select
    o.order_id as "Order", label(o.order_number) as "Name", t.kind as "Kind", t.gateway as "Gateway",
    local_text(t.happened_at) as "Created At", t.status as "Status", t.amount as "Amount", 'USD' as "Currency",
    case when t.gateway = 'shopify_payments' then ['Visa', 'Mastercard'][1 + o.order_index % 2] end as "Card Type"
from payments_now as t
join orders_now as o using (order_index)
order by o.order_index desc, t.position
