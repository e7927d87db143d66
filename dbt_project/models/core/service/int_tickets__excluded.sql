-- What each rule of service left out of its counts, as numbers. core_excluded_records says why, in words.
with odd_spans as (
    select distinct ticket_id from {{ ref('core_ticket_status_spans') }}
    where status = 'other'
),

tickets as (
    select
        core_tickets.*,
        odd_spans.ticket_id is not null as has_unknown_span
    from {{ ref('core_tickets') }} as core_tickets
    left join odd_spans on core_tickets.ticket_id = odd_spans.ticket_id
),

suspended as (
    select * from {{ ref('int_suspended_messages__unioned') }}
),

messages as (
    select * from {{ ref('core_ticket_messages') }}
    where is_public
),

broken_rules as (
    select
        'ticket' as entity,
        source,
        unnest([
            invalid_ticket_reason,
            case when coalesce(status, 'other') = 'other' then 'unknown_status' end,
            case when is_told_twice then 'told_twice' end,
            case when has_unknown_span then 'unknown_status_in_history' end,
            case when channel = 'other' then 'unknown_channel' end,
            case when priority = 'other' then 'unknown_priority' end,
            case when has_impossible_times then 'ended_before_created' end,
            case when is_valid_ticket and not has_status_history then 'no_status_history' end,
            case when is_valid_ticket and not has_message_history then 'no_message_history' end,
            case when not is_history_consistent then 'history_disagrees' end,
            case
                when
                    is_valid_ticket and first_resolution_calendar_minutes is not null
                    and first_resolution_business_last_schedule_minutes is null
                    then 'no_business_time'
            end
        ]) as rule
    from tickets

    union all

    select
        'ticket_message',
        source,
        unnest([
            case author_kind
                when 'automatic' then 'automatic_reply'
                when 'light_agent' then 'light_agent_message'
                when 'unknown' then 'unknown_author'
                when 'other_person' then 'author_neither_customer_nor_agent'
            end,
            case when is_author_role_unknown then 'unknown_author_role' end
        ])
    from messages

    union all

    select
        'ticket_message',
        source,
        'told_twice'
    from {{ ref('int_ticket_messages__unioned') }}
    where is_told_twice

    union all

    select
        'suspended_message',
        source,
        'suspended'
    from suspended
),

counted as (
    select
        entity,
        source,
        rule,
        count(*) as record_count
    from broken_rules
    where rule is not null
    group by entity, source, rule

    union all

    select
        entity,
        source,
        'ticket_unknown',
        record_count
    from {{ ref('int_ticket_records__orphaned') }}
)

select * from counted
