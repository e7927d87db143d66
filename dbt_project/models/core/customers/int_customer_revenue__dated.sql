{{ config(materialized='view') }}
-- What people brought and took back, each on its own day: sales on the order's, returns on the refund's.
select
    customer_id,
    order_id,
    ordered_at as occurred_at,
    ordered_date as occurred_date,
    true as is_sale,
    reporting_sold_amount as reporting_amount
from {{ ref('core_orders') }}
where is_valid_order and customer_id is not null

union all

select
    customer_id,
    order_id,
    refunded_at,
    refunded_date,
    false,
    case when returned_amount = 0 then 0 else -reporting_returned_amount end
from {{ ref('core_refunds') }}
where invalid_refund_reason is null and is_sale_converted and customer_id is not null
