with activity as (
    select * from {{ ref('int_cohort_activity__counted') }}
),

cohorts as (
    select
        period_unit,
        cohort_date,
        buyer_count as cohort_size_count,
        net_amount as first_period_amount
    from activity
    where period_number = 0
),

-- every cell up to tonight, also those in which nobody bought
cells as (
    select
        *,
        case period_unit
            when 'month' then cast(cohort_date + to_months(cast(period_number as integer)) as date)
            else cast(cohort_date + to_days(7 * cast(period_number as integer)) as date)
        end as period_date,
        case period_unit
            when 'month' then cast(cohort_date + to_months(cast(period_number as integer) + 1) as date)
            else cast(cohort_date + to_days(7 * (cast(period_number as integer) + 1)) as date)
        end <= {{ store_date(as_of()) }} as is_finished
    from (
        select
            *,
            unnest(range(
                0,
                1 + case period_unit
                    when 'month' then date_diff('month', cohort_date, {{ store_date(as_of()) }} - 1)
                    else date_diff('day', cohort_date, {{ store_date(as_of()) }} - 1) // 7
                end
            )) as period_number
        from cohorts
    ) as numbered
),

counted as (
    select
        cells.*,
        coalesce(activity.buyer_count, 0) as classic_count,
        coalesce(sum(activity.last_time_count) over later, 0) as unbounded_count,
        coalesce(sum(activity.first_return_count) over earlier, 0) as cumulative_count,
        -- where nobody bought it was 0; where nothing that was bought could be converted it is not known
        case when activity.buyer_count is null then 0 else activity.net_amount end as classic_amount,
        case
            when count(activity.net_amount) over later > 0 or count(activity.buyer_count) over later = 0
                then coalesce(sum(activity.net_amount) over later, 0)
        end as unbounded_amount,
        case
            when count(activity.net_amount) over earlier > 0 or count(activity.buyer_count) over earlier = 0
                then coalesce(sum(activity.net_amount) over earlier, 0)
        end as cumulative_amount
    from cells
    left join activity using (period_unit, cohort_date, period_number)
    window
        later as (
            partition by cells.period_unit, cells.cohort_date order by cells.period_number
            rows between current row and unbounded following
        ),
        earlier as (
            partition by cells.period_unit, cells.cohort_date order by cells.period_number
            rows between unbounded preceding and current row
        )
)

select
    period_unit,
    cohort_date,
    cast(period_number as integer) as period_number,
    period_date,
    is_finished,
    cohort_size_count,
    cohort_size_count < {{ var('small_sample_threshold') }} as is_small_sample,
    {%- for kind in ['classic', 'unbounded', 'cumulative'] %}
    -- null until the period has ended{{ '; coming back by the first period is no question' if kind == 'cumulative' }}
        {%- set known = 'is_finished' ~ (' and period_number > 0' if kind == 'cumulative' else '') %}
        case when {{ known }} then cast({{ kind }}_count as bigint) end as retained_{{ kind }}_count,
        case when {{ known }} then {{ kind }}_count / cast(cohort_size_count as double) end
            as retention_{{ kind }}_rate,
        case
            when {{ known }} then {{ wilson_lower(kind ~ '_count', 'cohort_size_count') }}
        end as retention_{{ kind }}_lower_rate,
        case
            when {{ known }} then {{ wilson_upper(kind ~ '_count', 'cohort_size_count') }}
        end as retention_{{ kind }}_upper_rate,
    {%- endfor %}
    case
        when bool_or(is_finished and period_number = 0) over (partition by period_unit, cohort_date)
            then try_cast(first_period_amount as decimal(18, 4))
    end as first_period_amount,
    {%- for kind in ['classic', 'unbounded', 'cumulative'] %}
        case when is_finished then try_cast({{ kind }}_amount as decimal(18, 4)) end as retained_{{ kind }}_amount,
        case
            when is_finished then {{ kind }}_amount / nullif(cast(first_period_amount as double), 0)
        end as money_retention_{{ kind }}_rate,
    {%- endfor %}
    '{{ var("reporting_currency") }}' as currency
from counted
