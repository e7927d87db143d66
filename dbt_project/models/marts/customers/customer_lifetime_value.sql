{{ config(materialized='view') }}
with buyers as (
    select * from {{ ref('core_customer_values') }}
)

select
    customer_id,
    as_of_date,
    cast(date_trunc('month', first_ordered_date) as date) as cohort_month_date,
    first_ordered_at,
    last_ordered_at,
    valid_order_count,
    unconverted_order_count,
    currency,
    net_revenue_30d_amount,
    net_revenue_90d_amount,
    net_revenue_180d_amount,
    net_revenue_365d_amount,
    net_revenue_to_date_amount,
    cost_to_date_amount,
    margin_to_date_amount,
    cost_known_order_count,
    ltv_simple_order_value_amount,
    ltv_simple_orders_per_year,
    ltv_simple_lifespan_years,
    ltv_simple_amount,
    tier_spend_amount,
    spend_tier
from buyers
