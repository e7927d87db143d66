-- Which promises were kept. Months are those in which the tickets were created, as in ticket_resolution_times.
with tickets as (
    select
        ticket_id,
        source,
        instance,
        {{ store_month('created_at') }} as month_date
    from {{ ref('core_tickets') }}
    where is_valid_ticket
),

clocks as (
    select * from {{ ref('core_ticket_slas') }}
),

counted as (
    select
        tickets.month_date,
        tickets.source,
        tickets.instance,
        clocks.sla_policy_key,
        clocks.sla_policy_title,
        clocks.sla_metric,
        clocks.target_minutes,
        clocks.is_business_hours,
        cast(tickets.month_date + to_months(1) as date) <= {{ store_date(as_of()) }} as is_finished,
        count(distinct tickets.ticket_id) as ticket_count,
        count(*) as sla_count,
        count(*) filter (where clocks.sla_state = 'met') as sla_met_count,
        count(*) filter (where clocks.sla_state = 'breached') as sla_breached_count,
        count(*) filter (where clocks.sla_state = 'running') as sla_running_count,
        count(*) filter (where clocks.pause_count > 0) as sla_paused_count
    from clocks
    inner join tickets on clocks.ticket_id = tickets.ticket_id
    group by all
),

-- Counts of a month that runs are those so far; what is a share waits for its end.
rated as (
    select
        *,
        case when is_finished then sla_met_count / nullif(sla_met_count + sla_breached_count, 0) end as sla_met_rate,
        case
            when is_finished then {{ wilson_lower('sla_met_count', '(sla_met_count + sla_breached_count)') }}
        end as sla_met_lower_rate,
        case
            when is_finished then {{ wilson_upper('sla_met_count', '(sla_met_count + sla_breached_count)') }}
        end as sla_met_upper_rate,
        sla_met_count + sla_breached_count < {{ var('small_sample_threshold') }} as is_small_sample
    from counted
)

select * from rated
