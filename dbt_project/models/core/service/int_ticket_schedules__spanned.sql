{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched', 'surroundings': ['core_schedules']},
    post_hook='{{ remember_build() }}'
) }}
-- Which schedule a ticket was under and when. Before the first schedule it was given (or with none given at all) the
-- default of its help desk holds; a schedule given within a minute of creation came by the creation's own trigger.
with tickets as (
    select every.* from {{ ref('int_tickets__unioned') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

given as (
    select * from {{ ref('int_ticket_schedules__unioned') }}
),

schedules as (
    select * from {{ ref('core_schedules') }}
),

given_schedules as (
    select
        tickets.ticket_id,
        tickets.created_at,
        {{ surrogate_key(['given.source', 'given.instance', 'given.source_schedule_id']) }} as schedule_id,
        given.assigned_at
    from given
    inner join tickets
        on
            given.source = tickets.source
            and given.instance = tickets.instance
            and given.source_ticket_id = tickets.source_ticket_id
),

given_at_creation as (
    select distinct ticket_id
    from given_schedules
    where assigned_at <= created_at + interval 1 minute
),

default_schedules as (
    select
        tickets.ticket_id,
        tickets.created_at,
        coalesce(own.schedule_id, fallback.schedule_id) as schedule_id,
        tickets.created_at as assigned_at
    from tickets
    left join schedules as own
        on tickets.source = own.source and tickets.instance = own.instance and own.is_default
    -- Only for a help desk without any: one whose zone is unknown is not measured by somebody else's hours.
    left join schedules as fallback
        on fallback.source = 'settings'
    anti join given_at_creation on tickets.ticket_id = given_at_creation.ticket_id
    where coalesce(own.schedule_id, fallback.schedule_id) is not null
),

unioned as (
    select * from given_schedules
    union all by name
    select * from default_schedules
),

numbered as (
    select
        ticket_id,
        schedule_id,
        case
            when row_number() over by_ticket = 1 then timestamp '1900-01-01 00:00:00' else assigned_at
        end as in_force_from,
        coalesce(lead(assigned_at) over by_ticket, timestamp '2200-01-01 00:00:00') as in_force_to,
        count(*) over (partition by ticket_id) as schedule_span_count,
        lead(assigned_at) over by_ticket is null as is_last
    from unioned
    window by_ticket as (partition by ticket_id order by assigned_at, schedule_id)
),

judged as (
    select
        numbered.*,
        coalesce(schedules.is_usable, false) as is_usable
    from numbered
    left join schedules on numbered.schedule_id = schedules.schedule_id
)

select * from judged
