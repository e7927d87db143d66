-- Who was a customer when a month began, and who of them was lost in it. A person is one from an order until the days
-- of the rule have passed without another; it is tonight's rule for all months, so that they can be compared.
with orders as (
    select
        orders.customer_id,
        orders.ordered_date,
        orders.ordered_at,
        orders.ordered_at + to_seconds(rules.lost_after_days * 86400) as lost_at,
        orders.next_ordered_at
    from {{ ref('core_orders') }} as orders
    cross join {{ ref('core_churn_rules') }} as rules
    where orders.is_valid_order and orders.customer_id is not null and rules.lost_after_days is not null
),

-- the months at whose beginning, on the store's clock, an order still makes a customer
stretches as (
    select
        customer_id,
        cast(date_trunc('month', ordered_date) + interval 1 month as date) as first_month,
        {{ store_month('least(lost_at, next_ordered_at)') }} as last_month,
        coalesce(next_ordered_at > lost_at, true) as is_lost
    from orders
),

-- A person has one stretch at a time, so the stretches that began before a month and have not ended by then are its
-- customers, and those of them that end in it without another order are lost.
changes as (
    select
        first_month as month_at,
        count(*) as began_count,
        0 as ended_count,
        0 as lost_count
    from stretches
    where first_month <= last_month
    group by first_month

    union all

    select
        last_month,
        0,
        count(*),
        count(*) filter (where is_lost)
    from stretches
    where first_month <= last_month
    group by last_month
),

-- lost in the month in which the stretch began: only where the rule is shorter than a month
late as (
    select distinct
        customer_id,
        last_month
    from stretches
    where is_lost and first_month > last_month
),

late_counts as (
    select
        late.last_month as month_at,
        count(*) as lost_count
    from late
    inner join stretches as earlier
        on late.customer_id = earlier.customer_id and late.last_month between earlier.first_month and earlier.last_month
    where not (earlier.is_lost and earlier.last_month = late.last_month)
    group by late.last_month
),

months as (
    select distinct month_date
    from {{ ref('core_days') }}
    where month_date < {{ store_date(as_of()) }}
),

counted as (
    select
        months.month_date,
        cast(months.month_date + to_months(1) as date) <= {{ store_date(as_of()) }} as is_finished,
        cast(sum(changes.began_count) filter (where changes.month_at <= months.month_date) as bigint)
        - coalesce(cast(sum(changes.ended_count) filter (where changes.month_at < months.month_date) as bigint), 0)
            as customer_count,
        coalesce(cast(sum(changes.lost_count) filter (where changes.month_at = months.month_date) as bigint), 0)
        + coalesce(any_value(late_counts.lost_count), 0) as lost_customer_count
    from months
    inner join changes on months.month_date >= changes.month_at
    left join late_counts on months.month_date = late_counts.month_at
    group by months.month_date
    having customer_count > 0
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
