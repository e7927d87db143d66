-- Nobody says that he leaves. After how many days without an order a person counts as lost is the shop's own percentile
-- of the gaps between orders (setting churn_percentile), or the days that the shop sets (churn_fixed_days); at risk is
-- the last fifth before it.
with gaps as (
    select
        customer_id,
        date_diff('second', ordered_at, next_ordered_at) / 86400.0 as gap_days
    from {{ ref('core_orders') }}
    where is_valid_order and customer_id is not null and next_ordered_at is not null
),

measured as (
    select
        count(*) as gap_count,
        count(distinct customer_id) as gap_customer_count,
        coalesce(
            cast(nullif({{ var('churn_fixed_days') }}, 0) as double),
            cast(quantile_cont(gap_days, {{ var('churn_percentile') }}) as double)
        ) as lost_after_days
    from gaps
)

select
    cast({{ store_date(as_of()) }} - interval 1 day as date) as as_of_date,
    -- null where the shop set the days itself
    case
        when {{ var('churn_fixed_days') }} = 0 then cast({{ var('churn_percentile') }} as double)
    end as churn_percentile,
    gap_count,
    gap_customer_count,
    lost_after_days,
    lost_after_days * 4 / 5 as at_risk_after_days
from measured
