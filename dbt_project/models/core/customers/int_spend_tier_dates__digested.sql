{{ config(materialized='view') }}
-- The dates that have tiers, and of each what the tiers follow from as one word: the revenue of its window. A view, so
-- that tiers are never ranked by one revenue and remembered as ranked by another.
{%- set end_date = '(' ~ store_date(as_of()) ~ ')' %}
with revenue as (
    select
        occurred_date,
        -- hashed twice: sums of the inner one would not tell two people who change places
        sum(hash(hash(customer_id, occurred_date, is_sale, reporting_amount))) as revenue_digest
    from {{ ref('int_customer_revenue__dated') }}
    group by occurred_date
),

-- the first day that a tier does not know of any more
ends as (
    select {{ end_date }} as end_date
    union
    select cast(date_trunc('month', {{ end_date }}) - to_months(cast(month_number as integer)) as date)
    from (select unnest(range(0, 24)) as month_number) as months
)

select
    cast(ends.end_date - interval 1 day as date) as as_of_date,
    ends.end_date,
    ends.end_date = {{ end_date }} as is_newest,
    hash(coalesce(sum(revenue.revenue_digest), 0)) as revenue_digest
from ends
left join revenue
    on
        ends.end_date > revenue.occurred_date
        and revenue.occurred_date >= ends.end_date - {{ var('spend_tier_window_days') }}
group by ends.end_date
