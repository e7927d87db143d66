{%- set figures = [] -%}
{%- for duration in service_durations() -%}
    {%- for clock in ('calendar', 'business_all_schedules', 'business_last_schedule') -%}
        {%- do figures.append(duration ~ '_' ~ clock) -%}
    {%- endfor -%}
{%- endfor -%}
with tickets as (
    select
        *,
        {{ store_month('created_at') }} as month_date
    from {{ ref('core_tickets') }}
    where is_valid_ticket
),

-- Each ticket stands once in every slice.
sliced as (
    select
        tickets.*,
        slices.slice.name as slice,
        slices.slice.value as slice_value
    from tickets
    cross join
        lateral (
            select
                unnest([
                    { name: 'all', value: 'all' },
                    { name: 'channel', value: coalesce(tickets.channel, 'unknown') },
                    { name: 'priority', value: coalesce(tickets.priority, 'none') },
                    { name: 'group', value: coalesce(tickets.group_name, 'none') },
                    { name: 'source', value: tickets.source }
                ]) as slice
        ) as slices
),

rolled_up as (
    select
        month_date,
        slice,
        slice_value,
        cast(month_date + to_months(1) as date) <= {{ store_date(as_of()) }} as is_finished,
        count(*) as ticket_count,
        count(*) filter (where is_open) as open_ticket_count,
        count(*) filter (where is_solved) as solved_ticket_count,
        count(*) filter (where has_status_history) as with_status_history_count,
        count(*) filter (where has_message_history) as with_message_history_count,
        {%- for figure in figures %}
            count({{ figure }}_minutes) as {{ figure }}_measured_count,
            avg(cast({{ figure }}_minutes as decimal(18, 6))) as mean_{{ figure }}_minutes,
            quantile_cont({{ figure }}_minutes, [0.5, 0.9]) as quantiles_{{ figure }}_minutes,
        {%- endfor %}
        count(*) filter (where reopen_count > 0) as reopened_ticket_count,
        count(reopen_count) as reopen_known_count,
        cast(sum(reopen_count) as bigint) as reopen_count,
        count(*) filter (where reassignment_count > 0) as reassigned_ticket_count,
        count(reassignment_count) as reassignment_known_count,
        cast(sum(reassignment_count) as bigint) as reassignment_count,
        count(*) filter (where is_solved and is_one_touch) as one_touch_ticket_count,
        count(*) filter (where is_solved and is_one_touch is not null) as one_touch_known_count,
        count(*) filter (where is_first_contact_resolved) as first_contact_resolved_count,
        count(is_first_contact_resolved) as fcr_known_count,
        cast(sum(sla_met_count) as bigint) as sla_met_count,
        cast(sum(sla_breached_count) as bigint) as sla_breached_count
    from sliced
    group by month_date, slice, slice_value
),

-- Counts of a month that runs are those so far; what is a share, a mean or a quantile waits for its end.
finished as (
    select
        month_date,
        slice,
        slice_value,
        is_finished,
        ticket_count,
        open_ticket_count,
        solved_ticket_count,
        with_status_history_count,
        with_message_history_count,
        {%- for figure in figures %}
            {{ figure }}_measured_count,
            case when is_finished then mean_{{ figure }}_minutes end as mean_{{ figure }}_minutes,
            case when is_finished then quantiles_{{ figure }}_minutes[1] end as median_{{ figure }}_minutes,
            case when is_finished then quantiles_{{ figure }}_minutes[2] end as p90_{{ figure }}_minutes,
        {%- endfor %}
        reopened_ticket_count,
        reopen_known_count,
        reopen_count,
        reassigned_ticket_count,
        reassignment_known_count,
        reassignment_count,
        one_touch_ticket_count,
        one_touch_known_count,
        first_contact_resolved_count,
        fcr_known_count,
        sla_met_count,
        sla_breached_count,
        {%- for share, numerator, denominator in [
            ('reopened_ticket', 'reopened_ticket_count', 'reopen_known_count'),
            ('reassigned_ticket', 'reassigned_ticket_count', 'reassignment_known_count'),
            ('one_touch', 'one_touch_ticket_count', 'one_touch_known_count'),
            ('fcr', 'first_contact_resolved_count', 'fcr_known_count'),
            ('sla_met', 'sla_met_count', '(sla_met_count + sla_breached_count)'),
        ] %}
            case when is_finished then {{ numerator }} / nullif({{ denominator }}, 0) end as {{ share }}_rate,
            case when is_finished then {{ wilson_lower(numerator, denominator) }} end as {{ share }}_lower_rate,
            case when is_finished then {{ wilson_upper(numerator, denominator) }} end as {{ share }}_upper_rate,
            coalesce({{ denominator }}, 0) < {{ var('small_sample_threshold') }} as is_{{ share }}_small_sample,
        {%- endfor %}
        ticket_count < {{ var('small_sample_threshold') }} as is_small_sample
    from rolled_up
)

select * from finished
