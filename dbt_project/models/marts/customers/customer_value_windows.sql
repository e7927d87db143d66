{{ config(materialized='view') }}
with windows as (
    select * from {{ ref('core_customer_value_windows') }}
)

select
    customer_id,
    window_days,
    is_finished,
    net_revenue_amount,
    currency
from windows
