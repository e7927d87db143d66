with rules as (
    select * from {{ ref('core_churn_rules') }}
),

buyers as (
    select
        count(*) as buyer_count,
        count(*) filter (where churn_state = 'active') as active_count,
        count(*) filter (where churn_state = 'at_risk') as at_risk_count,
        count(*) filter (where churn_state = 'lost') as lost_count,
        count(*) filter (where is_undecided) as undecided_count
    from {{ ref('core_customer_churn') }}
)

select
    rules.as_of_date,
    rules.churn_percentile,
    rules.gap_count,
    rules.gap_customer_count,
    rules.gap_count < {{ var('small_sample_threshold') }} as is_small_sample,
    rules.at_risk_after_days,
    rules.lost_after_days,
    buyers.buyer_count,
    buyers.active_count,
    buyers.at_risk_count,
    buyers.lost_count,
    buyers.undecided_count,
    buyers.undecided_count / nullif(cast(buyers.buyer_count as double), 0) as undecided_share
from rules
cross join buyers
