{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='as_of_date',
    meta={'touched': 'int_spend_tier_dates__touched'}, post_hook='{{ remember_build() }}'
) }}
-- Tiers at tonight's date and at the end of each of the 24 months before it, so that what was a good customer then can
-- be asked later. A date is ranked again where the revenue of its window is another than that it was ranked by: late
-- orders and refunds correct history.
with ends as (
    select dates.*
    from {{ ref('int_spend_tier_dates__digested') }} as dates
    {{ only_touched('int_spend_tier_dates__touched', 'dates', ['as_of_date']) }}
),

dated as (
    select * from {{ ref('int_customer_revenue__dated') }}
    where
        occurred_date < (select max(end_date) from ends)
        and occurred_date >= (select min(end_date) from ends) - {{ var('spend_tier_window_days') }}
),

-- numbers in the order of the keys: a customer is ranked 25 times, and numbers are sorted faster than keys
people as (
    select
        customer_id,
        row_number() over (order by customer_id) as person_number
    from (select distinct customer_id from dated) as buyers
),

revenue as (
    select
        people.person_number,
        dated.occurred_date,
        dated.is_sale,
        dated.reporting_amount
    from dated
    inner join people on dated.customer_id = people.customer_id
),

spend as (
    select
        ends.end_date,
        revenue.person_number,
        sum(revenue.reporting_amount) as spend_amount
    from ends
    inner join revenue
        on
            revenue.occurred_date < ends.end_date
            and revenue.occurred_date >= ends.end_date - {{ var('spend_tier_window_days') }}
    group by ends.end_date, revenue.person_number
    -- without an order that could be converted there is no spend to rank
    having bool_or(revenue.is_sale and revenue.reporting_amount is not null)
),

ranked as (
    select
        *,
        -- equal spend is told apart by the customer's key, so that a tier never hangs on the order of rows
        ntile({{ var('spend_tier_count') }}) over (
            partition by end_date order by spend_amount, person_number
        ) as spend_tier
    from spend
)

select
    ends.as_of_date,
    people.customer_id,
    ends.is_newest,
    {{ var('spend_tier_window_days') }} as window_days,
    try_cast(ranked.spend_amount as decimal(18, 4)) as spend_amount,
    ranked.spend_tier,
    ends.revenue_digest
from ranked
inner join ends on ranked.end_date = ends.end_date
inner join people on ranked.person_number = people.person_number
