{{ config(materialized='view') }}
-- The dates that have tiers, and of each what the tiers follow from as one word: the revenue of its window. A view, so
-- that tiers are never ranked by one revenue and remembered as ranked by another.
{%- set as_of_day = '(' ~ store_day(as_of()) ~ ')' %}
with revenue as (
    select
        occurred_day,
        -- hashed twice: sums of the inner one would not tell two people who change places
        sum(hash(hash(customer_id, occurred_day, is_sale, reporting_amount))) as revenue_digest
    from {{ ref('int_customer_revenue__dated') }}
    group by occurred_day
),

-- the first day that a tier does not know of any more
ends as (
    select {{ as_of_day }} as end_day
    union
    select cast(date_trunc('month', {{ as_of_day }}) - to_months(cast(month_number as integer)) as date)
    from (select unnest(range(0, 24)) as month_number) as months
)

select
    cast(ends.end_day - interval 1 day as date) as as_of_date,
    ends.end_day,
    ends.end_day = {{ as_of_day }} as is_newest,
    hash(coalesce(sum(revenue.revenue_digest), 0)) as revenue_digest
from ends
left join revenue
    on
        ends.end_day > revenue.occurred_day
        and revenue.occurred_day >= ends.end_day - {{ var('spend_tier_window_days') }}
group by ends.end_day
