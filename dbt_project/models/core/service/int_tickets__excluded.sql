-- What each rule of service left out of its counts, as numbers.
with tickets as (
    select * from {{ ref('core_tickets') }}
),

suspended as (
    select * from {{ ref('stg_zendesk__suspended_tickets') }}
),

messages as (
    select * from {{ ref('core_ticket_messages') }}
),

counted as (
    select 'tickets' as entity, 'valid_tickets_only' as rule, invalid_ticket_reason as reason, source, count(*) as record_count
    from tickets where not is_valid_ticket group by source, invalid_ticket_reason

    union all

    select 'tickets', 'words_mapped_by_seed', 'unknown_status', source, count(*)
    from tickets where status = 'other' group by source

    union all

    select 'tickets', 'words_mapped_by_seed', 'unknown_channel', source, count(*)
    from tickets where channel = 'other' group by source

    union all

    select 'tickets', 'words_mapped_by_seed', 'unknown_priority', source, count(*)
    from tickets where priority = 'other' group by source

    union all

    select 'tickets', 'durations_run_forward', 'solved_or_answered_before_created', source, count(*)
    from tickets where has_impossible_times group by source

    union all

    select 'tickets', 'durations_need_history', 'no_status_history', source, count(*)
    from tickets where is_valid_ticket and not has_status_history group by source

    union all

    select 'tickets', 'durations_need_history', 'no_message_history', source, count(*)
    from tickets where is_valid_ticket and not has_message_history group by source

    union all

    select 'tickets', 'history_agrees_with_ticket', 'history_disagrees', source, count(*)
    from tickets where not is_history_consistent group by source

    union all

    select 'tickets', 'business_minutes_need_a_schedule', 'no_usable_schedule', source, count(*)
    from tickets
    where
        is_valid_ticket and first_resolution_calendar_minutes is not null
        and first_resolution_business_last_schedule_minutes is null
    group by source

    union all

    select 'ticket_messages', 'replies_are_by_people', author_kind, source, count(*)
    from messages where is_public and author_kind in ('automatic', 'light_agent', 'unknown', 'other_person')
    group by source, author_kind

    union all

    select 'suspended_messages', 'suspended_messages_are_no_tickets', coalesce(cause, 'unknown'), source, count(*)
    from suspended group by source, cause
)

select
    'service' as area,
    entity,
    rule,
    reason,
    record_count,
    source
from counted
