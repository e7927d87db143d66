-- Who was a customer when a month began, and who of them was lost in it. A person is one from an order until the days
-- of the rule have passed without another; it is tonight's rule for all months, so that they can be compared.
with orders as (
    select
        orders.customer_id,
        {{ store_time('orders.ordered_at') }} as started_at,
        {{ store_time('orders.ordered_at') }} + to_seconds(rules.lost_after_days * 86400) as lost_at,
        lead({{ store_time('orders.ordered_at') }}) over (
            partition by orders.customer_id order by orders.ordered_at, orders.order_id
        ) as next_started_at
    from {{ ref('core_orders') }} as orders
    cross join {{ ref('core_churn_rules') }} as rules
    where orders.is_valid_order and orders.customer_id is not null and rules.lost_after_days is not null
),

stretches as (
    select
        customer_id,
        started_at,
        least(lost_at, next_started_at) as ended_at,
        coalesce(next_started_at > lost_at, true) as is_lost
    from orders
),

months as (
    select distinct month_start_date as month_date
    from {{ ref('core_days') }}
    where month_start_date < {{ store_day(as_of()) }}
),

held as (
    select
        months.month_date,
        stretches.customer_id
    from months
    inner join stretches on months.month_date > stretches.started_at and months.month_date <= stretches.ended_at
),

lost as (
    select distinct
        customer_id,
        cast(date_trunc('month', ended_at) as date) as month_date
    from stretches
    where is_lost
),

counted as (
    select
        held.month_date,
        cast(held.month_date + to_months(1) as date) <= {{ store_day(as_of()) }} as is_finished,
        count(distinct held.customer_id) as customer_count,
        count(distinct lost.customer_id) as lost_customer_count
    from held
    left join lost on held.customer_id = lost.customer_id and held.month_date = lost.month_date
    group by held.month_date
)

select
    month_date,
    is_finished,
    customer_count,
    customer_count < {{ var('small_sample_threshold') }} as is_small_sample,
    case when is_finished then lost_customer_count end as lost_customer_count,
    case when is_finished then lost_customer_count / cast(customer_count as double) end as churn_rate,
    case when is_finished then {{ wilson_lower('lost_customer_count', 'customer_count') }} end as churn_lower_rate,
    case when is_finished then {{ wilson_upper('lost_customer_count', 'customer_count') }} end as churn_upper_rate
from counted
