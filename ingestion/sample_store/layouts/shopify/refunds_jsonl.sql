-- Refunds with their lines, which a bulk operation cannot give: one order a line.
select to_json({
    id: 'gid://shopify/Order/' || o.order_id, updatedAt: utc_text(o.updated_at),
    refunds: [{
        id: 'gid://shopify/Refund/' || o.refund_id, legacyResourceId: o.refund_id::varchar, createdAt: utc_text(o.refunded_at),
        note: case when o.cancelled_at is not null then 'cancelled' end, totalRefundedSet: money_set(o.refunded),
        refundLineItems: r.refund_lines}]
})::varchar as line
from orders_now as o
join (
    select order_index, list({
        id: 'gid://shopify/RefundLineItem/' || refund_line_id, quantity: refunded_quantity,
        restockType: 'RETURN', subtotalSet: money_set(refunded_goods), totalTaxSet: money_set(refunded_tax),
        lineItem: {id: 'gid://shopify/LineItem/' || line_id}
    } order by line_number) as refund_lines
    from lines_now
    where refunded_quantity is not null
    group by order_index
) as r using (order_index)
order by order_index
