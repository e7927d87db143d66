with buyers as (
    select
        customer_id,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at
    from {{ ref('core_orders') }}
    where is_valid_order and customer_id is not null
    group by customer_id
),

rules as (
    select * from {{ ref('core_churn_rules') }}
),

aged as (
    select
        *,
        date_diff('second', first_ordered_at, {{ as_of() }}) / 86400.0 as days_since_first_order,
        date_diff('second', last_ordered_at, {{ as_of() }}) / 86400.0 as days_since_last_order
    from buyers
)

select
    aged.customer_id,
    rules.as_of_date,
    aged.first_ordered_at,
    aged.last_ordered_at,
    aged.days_since_last_order,
    rules.at_risk_after_days,
    rules.lost_after_days,
    -- null where nobody has come back yet: then the shop has no rule
    case
        when aged.days_since_last_order > rules.lost_after_days then 'lost'
        when aged.days_since_last_order > rules.at_risk_after_days then 'at_risk'
        when rules.lost_after_days is not null then 'active'
    end as churn_state,
    aged.days_since_first_order <= rules.lost_after_days as is_undecided
from aged
cross join rules
