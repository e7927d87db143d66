{{ config(materialized='view') }}
with refunds as (
    select * from {{ ref('core_refunds') }}
)

select
    refund_id,
    order_id,
    customer_id,
    source,
    instance,
    has_order,
    refunded_at,
    refunded_date,
    is_date_estimated,
    basis,
    currency,
    is_in_order_currency,
    refunded_amount,
    returned_amount,
    returned_quantity,
    is_returned_amount_estimated,
    refunded_in_order_currency_amount,
    returned_in_order_currency_amount,
    '{{ var("reporting_currency") }}' as reporting_currency,
    reporting_refunded_amount,
    reporting_returned_amount,
    is_sale_converted,
    is_above_order_amount,
    is_above_sold_quantity,
    invalid_refund_reason is null as is_valid_refund,
    invalid_refund_reason
from refunds
