-- Tiers at tonight's date and at the end of each of the 24 months before it, so that what was a good customer then can
-- be asked later. Each is computed anew from the dated revenue: late orders and refunds correct history.
{%- set as_of_day = '(' ~ store_day(as_of()) ~ ')' %}
with revenue as (
    select
        customer_id,
        occurred_day,
        bool_or(is_sale) as has_order,
        sum(reporting_amount) as amount
    from {{ ref('int_customer_revenue__dated') }}
    group by customer_id, occurred_day
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
        revenue.customer_id,
        sum(revenue.amount) as spend_amount
    from ends
    inner join revenue
        on
            revenue.occurred_day < ends.end_day
            and revenue.occurred_day >= ends.end_day - {{ var('spend_tier_window_days') }}
    group by ends.end_day, revenue.customer_id
    having bool_or(revenue.has_order)
)

select
    cast(end_day - interval 1 day as date) as as_of_date,
    customer_id,
    end_day = {{ as_of_day }} as is_newest,
    {{ var('spend_tier_window_days') }} as window_days,
    try_cast(spend_amount as decimal(18, 4)) as spend_amount,
    -- equal spend is told apart by the customer's key, so that a tier never hangs on the order of rows
    ntile({{ var('spend_tier_count') }}) over (
        partition by end_day order by spend_amount nulls first, customer_id
    ) as spend_tier
from spend
