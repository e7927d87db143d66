{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={
        'touched': 'int_tickets__touched',
        'surroundings': ['int_tickets__milestones', 'int_tickets__timed', 'int_ticket_schedules__spanned'],
    },
    post_hook='{{ remember_build() }}'
) }}
-- The durations of a ticket in one row. Ours where its history tells them; else the help desk's own, which knows the
-- last-schedule rule only. A wait is final, so known, once the ticket is solved or closed; if it never was, it is 0,
-- in business time too where the schedules of the ticket are usable.
with tickets as (
    select every.* from {{ ref('int_tickets__milestones') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

timed as (
    select every.* from {{ ref('int_tickets__timed') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

schedules as (
    select
        every.ticket_id,
        bool_and(every.is_usable) as is_all_usable,
        bool_or(every.is_usable) filter (where every.is_last) as is_last_usable
    from {{ ref('int_ticket_schedules__spanned') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
    group by every.ticket_id
),

stated as (
    select * from {{ ref('int_ticket_metrics__unioned') }}
),

pivoted as (
    select
        {%- for duration in service_durations() %}
            any_value(calendar_minutes) filter (where duration = '{{ duration }}') as {{ duration }}_calendar,
            any_value(business_all_schedules_minutes) filter (where duration = '{{ duration }}') as {{ duration }}_all,
            any_value(business_last_schedule_minutes) filter (where duration = '{{ duration }}') as {{ duration }}_last,
        {%- endfor %}
        ticket_id
    from timed
    group by ticket_id
),

joined as (
    select
        tickets.*,
        pivoted.* exclude (ticket_id),
        schedules.is_all_usable,
        schedules.is_last_usable,
        stated.* exclude (ticket_id, source, instance, source_ticket_id, updated_at)
    from tickets
    left join pivoted on tickets.ticket_id = pivoted.ticket_id
    left join schedules on tickets.ticket_id = schedules.ticket_id
    left join stated on tickets.ticket_id = stated.ticket_id
),

merged as (
    select
        {%- for duration in service_durations() %}
            {%- set known = {
                'first_response': 'is_first_reply_known', 'first_resolution': 'is_first_solve_known'
            }.get(duration, 'is_end_known') %}
            {%- set is_wait = duration in ('requester_wait', 'agent_wait', 'on_hold') %}
            {%- for clock, ours, theirs, nothing in [
                ('calendar', 'calendar', 'calendar', '0'),
                ('business_all_schedules', 'all', none, 'case when is_all_usable then 0 end'),
                ('business_last_schedule', 'last', 'business', 'case when is_last_usable then 0 end'),
            ] %}
                case
                    when has_impossible_times then null
                    {%- if is_wait %}
                        when not is_settled then null
                        when {{ known }} and {{ duration }}_calendar is null then {{ nothing }}
                        when {{ known }} then {{ duration }}_{{ ours }}
                    {%- else %}
                        when {{ known }} or {{ duration }}_calendar is not null then {{ duration }}_{{ ours }}
                    {%- endif %}
                    {%- if duration == 'full_resolution' %}
                        -- a figure of the desk that is older than the reopening
                        when not is_settled then null
                    {%- endif %}
                    {%- if theirs %}
                        else cast({{ duration }}_{{ theirs }}_minutes as double)
                    {%- endif %}
                end as {{ duration }}_{{ clock }}_minutes,
            {%- endfor %}
        {%- endfor %}
        ticket_id
    from joined
)

select * from merged
