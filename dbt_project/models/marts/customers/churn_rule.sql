with summaries as (
    select * from {{ ref('core_churn_summaries') }}
)

select * from summaries
