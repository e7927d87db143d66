with months as (
    select * from {{ ref('core_churn_months') }}
)

select
    month_date,
    is_finished,
    customer_count,
    is_small_sample,
    lost_customer_count,
    churn_rate,
    churn_lower_rate,
    churn_upper_rate
from months
