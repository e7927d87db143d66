-- For each cohort and period after it: who bought, for the last time, for the first time again, and for how much.
with orders as (
    select
        customer_id,
        reporting_net_amount,
        unnest([
            { period_unit: 'month', period_date: cast(date_trunc('month', ordered_date) as date) },
            { period_unit: 'week', period_date: cast(date_trunc('week', ordered_date) as date) }
        ], recursive := true)
    from {{ ref('core_orders') }}
    where is_valid_order and customer_id is not null
),

active as (
    select
        customer_id,
        period_unit,
        period_date,
        sum(reporting_net_amount) as net_amount
    from orders
    group by customer_id, period_unit, period_date
),

numbered as (
    select
        *,
        min(period_date) over person as cohort_date,
        max(period_date) over person = period_date as is_last,
        row_number() over (partition by customer_id, period_unit order by period_date) = 2 as is_first_return
    from active
    window person as (partition by customer_id, period_unit)
)

select
    period_unit,
    cohort_date,
    case period_unit
        when 'month' then date_diff('month', cohort_date, period_date)
        else date_diff('day', cohort_date, period_date) // 7
    end as period_number,
    count(*) as buyer_count,
    count(*) filter (where is_last) as last_time_count,
    count(*) filter (where is_first_return) as first_return_count,
    sum(net_amount) as net_amount
from numbered
group by period_unit, cohort_date, period_date
