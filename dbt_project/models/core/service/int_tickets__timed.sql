{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={
        'touched': 'int_tickets__touched',
        'surroundings': [
            'int_ticket_intervals__measured', 'int_ticket_schedules__spanned',
            'int_schedules__opened', 'int_schedules__unmeasurable', 'int_service_days__bounded',
        ],
    },
    post_hook='{{ remember_build() }}'
) }}
-- One row a ticket and duration, in calendar time and in business time by both rules about several schedules.
with bounds as (
    select
        cast(first_date as timestamp) + interval 2 day as first_instant,
        cast(last_date as timestamp) - interval 2 day as last_instant
    from {{ ref('int_service_days__bounded') }}
),

intervals as (
    select
        every.*,
        every.started_at >= bounds.first_instant and every.ended_at <= bounds.last_instant as is_in_bounds
    from {{ ref('int_ticket_intervals__measured') }} as every
    cross join bounds
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

schedule_spans as (
    select * from {{ ref('int_ticket_schedules__spanned') }}
),

opened as (
    select * from {{ ref('int_schedules__opened') }}
),

unknown_hours as (
    select * from {{ ref('int_schedules__unmeasurable') }}
),

-- Sum rule: each schedule for as long as it was in force. Last rule: the last one for the whole stretch.
pieces as (
    select
        intervals.ticket_id,
        intervals.duration,
        schedule_spans.schedule_id,
        schedule_spans.is_usable and intervals.is_in_bounds as is_usable,
        'all' as schedule_rule,
        greatest(intervals.started_at, schedule_spans.in_force_from) as started_at,
        least(intervals.ended_at, schedule_spans.in_force_to) as ended_at
    from intervals
    inner join schedule_spans
        on
            intervals.ticket_id = schedule_spans.ticket_id
            and intervals.started_at <= schedule_spans.in_force_to
            and intervals.ended_at >= schedule_spans.in_force_from

    union all

    select
        intervals.ticket_id,
        intervals.duration,
        schedule_spans.schedule_id,
        schedule_spans.is_usable and intervals.is_in_bounds as is_usable,
        'last' as schedule_rule,
        intervals.started_at,
        intervals.ended_at
    from intervals
    inner join schedule_spans
        on
            intervals.ticket_id = schedule_spans.ticket_id
            and schedule_spans.is_last
            and schedule_spans.schedule_span_count > 1
),

judged as (
    select
        pieces.* exclude (is_usable),
        pieces.is_usable and not exists (
            select 1 from unknown_hours
            where
                unknown_hours.schedule_id = pieces.schedule_id
                and unknown_hours.valid_from < pieces.ended_at and unknown_hours.valid_to > pieces.started_at
        ) as is_usable
    from pieces
),

started as (
    select
        pieces.*,
        {{ open_microseconds('pieces.started_at', 'opened') }} as open_before_start
    from judged as pieces
    asof left join opened
        on pieces.schedule_id = opened.schedule_id and pieces.started_at >= opened.opened_at
),

measured as (
    select
        started.*,
        {{ open_microseconds('started.ended_at', 'opened') }} - started.open_before_start as open_microseconds
    from started
    asof left join opened
        on started.schedule_id = opened.schedule_id and started.ended_at >= opened.opened_at
),

business as (
    select
        ticket_id,
        duration,
        -- A schedule whose zone nobody knows, then or now, makes the sum unknown, not smaller.
        case
            when bool_and(is_usable) filter (where schedule_rule = 'all')
                then sum(open_microseconds) filter (where schedule_rule = 'all') / 6e7
        end as business_all_schedules_minutes,
        case
            when bool_and(is_usable) filter (where schedule_rule = 'last')
                then sum(open_microseconds) filter (where schedule_rule = 'last') / 6e7
        end as several_last_schedule_minutes,
        bool_or(schedule_rule = 'last') as has_several_schedules
    from measured
    group by ticket_id, duration
),

calendar as (
    select
        ticket_id,
        duration,
        sum(date_diff('microsecond', started_at, ended_at)) / 6e7 as calendar_minutes
    from intervals
    group by ticket_id, duration
),

joined as (
    select
        calendar.ticket_id,
        calendar.duration,
        calendar.calendar_minutes,
        business.business_all_schedules_minutes,
        case
            when business.has_several_schedules then business.several_last_schedule_minutes
            else business.business_all_schedules_minutes
        end as business_last_schedule_minutes
    from calendar
    left join business on calendar.ticket_id = business.ticket_id and calendar.duration = business.duration
)

select * from joined
