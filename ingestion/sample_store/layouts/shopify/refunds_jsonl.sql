-- Refunds with their lines, which a bulk operation cannot give: one order a line.
with refunds_text as (
    select r.order_index, r.step,
        to_json({
            id: 'gid://shopify/Refund/' || r.refund_id, legacyResourceId: r.refund_id::varchar, createdAt: utc_text(r.refunded_at),
            note: case when o.cancelled_at is not null then 'cancelled' end, totalRefundedSet: money_set(r.amount),
            refundLineItems: l.refund_lines})::varchar as line
    from refunds_now as r
    join orders_now as o on o.order_index = r.order_index
    join (
        select refund_id, list({
                id: 'gid://shopify/RefundLineItem/' || refund_line_id, quantity: refunded_quantity,
                restockType: 'RETURN', subtotalSet: money_set(refunded_goods), totalTaxSet: money_set(refunded_tax),
                lineItem: {id: 'gid://shopify/LineItem/' || line_id}
            } order by line_number) as refund_lines
        from lines_now
        where refunded_quantity is not null
        group by refund_id
    ) as l on l.refund_id = r.refund_id
)
select to_json({
    id: 'gid://shopify/Order/' || o.order_id, updatedAt: utc_text(o.updated_at), refunds: ('[' || r.refunds || ']')::json
})::varchar as line
from orders_now as o
join (
    select order_index, concat_ws(',', max(line) filter (step = 1), max(line) filter (step = 2)) as refunds
    from refunds_text
    group by order_index
) as r using (order_index)
order by order_index
