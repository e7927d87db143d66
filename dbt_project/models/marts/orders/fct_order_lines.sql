{{ config(materialized='view') }}
with lines as (
    select * from {{ ref('core_order_lines') }}
)

select
    order_line_id,
    order_id,
    product_id,
    customer_id,
    source,
    instance,
    line_key,
    ordered_at,
    ordered_date,
    has_order,
    is_valid_line,
    invalid_line_reason,
    is_gift_card,
    is_merchandise,
    sku,
    title,
    quantity,
    currency,
    unit_price_amount,
    listed_amount,
    gross_amount,
    discount_amount,
    shipping_amount,
    cost_amount,
    reporting_gross_amount
from lines
