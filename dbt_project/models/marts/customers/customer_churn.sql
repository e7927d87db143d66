{{ config(materialized='view') }}
with churn as (
    select * from {{ ref('core_customer_churn') }}
)

select
    customer_id,
    as_of_date,
    first_ordered_at,
    last_ordered_at,
    days_since_last_order,
    at_risk_after_days,
    lost_after_days,
    churn_state,
    is_undecided
from churn
