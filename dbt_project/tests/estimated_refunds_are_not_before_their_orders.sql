-- a day that was only estimated must at least be possible
select
    refunds.refund_id,
    refunds.refunded_at,
    orders.ordered_at
from {{ ref('core_refunds') }} as refunds
inner join {{ ref('int_orders__valued') }} as orders on refunds.order_id = orders.order_id
where refunds.is_date_estimated and refunds.refunded_at < orders.ordered_at
