-- Tiers at tonight's date and at the end of each of the 24 months before it, so that what was a good customer then can
-- be asked later. Each is computed anew from the dated revenue: late orders and refunds correct history.
{%- set as_of_day = '(' ~ store_day(as_of()) ~ ')' %}
with dated as (
    select * from {{ ref('int_customer_revenue__dated') }}
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
        dated.occurred_day,
        bool_or(dated.is_sale) as has_order,
        sum(dated.reporting_amount) as amount
    from dated
    inner join people on dated.customer_id = people.customer_id
    group by people.person_number, dated.occurred_day
),

-- the first day that a tier does not know of any more
ends as (
    select {{ as_of_day }} as end_day
    union
    select cast(date_trunc('month', {{ as_of_day }}) - to_months(cast(month_number as integer)) as date)
    from (select unnest(range(0, 24)) as month_number) as months
),

spend as (
    select
        ends.end_day,
        revenue.person_number,
        sum(revenue.amount) as spend_amount
    from ends
    inner join revenue
        on
            revenue.occurred_day < ends.end_day
            and revenue.occurred_day >= ends.end_day - {{ var('spend_tier_window_days') }}
    group by ends.end_day, revenue.person_number
    having bool_or(revenue.has_order)
),

ranked as (
    select
        *,
        -- equal spend is told apart by the customer's key, so that a tier never hangs on the order of rows
        ntile({{ var('spend_tier_count') }}) over (
            partition by end_day order by spend_amount nulls first, person_number
        ) as spend_tier
    from spend
)

select
    cast(ranked.end_day - interval 1 day as date) as as_of_date,
    people.customer_id,
    ranked.end_day = {{ as_of_day }} as is_newest,
    {{ var('spend_tier_window_days') }} as window_days,
    try_cast(ranked.spend_amount as decimal(18, 4)) as spend_amount,
    ranked.spend_tier
from ranked
inner join people on ranked.person_number = people.person_number
