{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={
        'touched': 'int_tickets__touched',
        'surroundings': ['int_tickets__milestones', 'int_tickets__measured', 'int_tickets__replied',
            'int_ticket_histories__surveyed'],
    },
    post_hook='{{ remember_build() }}'
) }}
-- All that follows from the records of a ticket itself. Who its customer is, whether it counts and what tonight's date
-- decides comes in core_tickets.
with tickets as (
    select every.* from {{ ref('int_tickets__recoded') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

milestones as (
    select * from {{ ref('int_tickets__milestones') }}
),

measured as (
    select * from {{ ref('int_tickets__measured') }}
),

replied as (
    select * from {{ ref('int_tickets__replied') }}
),

resolved as (
    select * from {{ ref('int_tickets__resolved') }}
),

assigned as (
    select * from {{ ref('int_tickets__assigned') }}
),

stated as (
    select * from {{ ref('int_tickets__stated') }}
),

surveyed as (
    select * from {{ ref('int_ticket_histories__surveyed') }}
),

described as (
    select
        tickets.ticket_id,
        tickets.source,
        tickets.instance,
        tickets.source_ticket_id,
        tickets.created_at,
        {{ store_date('tickets.created_at') }} as created_date,
        tickets.updated_at,
        tickets.status,
        tickets.source_status,
        tickets.priority,
        tickets.channel,
        tickets.source_channel,
        tickets.ticket_type,
        tickets.requester_key,
        case
            when tickets.assignee_key is not null
                then {{ surrogate_key(['tickets.source', 'tickets.instance', 'tickets.assignee_key']) }}
        end as agent_id,
        tickets.group_key,
        tickets.group_name,
        tickets.follow_up_of_source_ticket_id is not null as is_follow_up,
        tickets.follow_up_of_source_ticket_id,
        tickets.satisfaction_score,
        tickets.is_stated_sla_met,
        tickets.is_told_twice,
        coalesce(replied.is_opened_by_agent, false) as is_opened_by_agent,
        coalesce(resolved.history_source, stated.stated_source, 'none') as history_source,
        milestones.has_status_history,
        milestones.has_message_history,
        -- a missing closing changes nothing
        resolved.is_history_consistent
        and not coalesce(milestones.is_history_cut_off, false)
        and (
            resolved.last_status = tickets.status
            or (resolved.last_status = 'solved' and tickets.status = 'closed')
        ) as is_history_consistent,
        milestones.is_history_cut_off,
        milestones.has_impossible_times,
        -- of a status nobody knows neither can be said
        coalesce(tickets.status in {{ open_statuses() }}, false) as is_open,
        coalesce(tickets.status in {{ solved_statuses() }}, false) as is_solved,
        milestones.first_replied_at,
        milestones.first_solved_at,
        -- without a history the help desk's own word; how long it took stays its own figure too
        case
            when milestones.fully_solved_at is not null then milestones.fully_solved_at
            when milestones.is_settled and not milestones.has_impossible_times then milestones.measured_solved_at
        end as fully_solved_at,
        milestones.closed_at,
        measured.* exclude (ticket_id),
        -- of a ticket that moved on after its history's end, the history knows no count that is whole
        case
            when milestones.has_message_history and not milestones.is_history_stale
                then coalesce(replied.agent_reply_count, 0)
            else stated.reply_count
        end as agent_reply_count,
        {%- for count in ('answering_agent_count', 'customer_message_count', 'touched_channel_count') %}
            case
                when milestones.has_message_history and not milestones.is_history_stale then replied.{{ count }}
            end as {{ count }},
        {%- endfor %}
        coalesce(
            case when not milestones.is_history_stale then resolved.reopen_count end, stated.reopen_count
        ) as reopen_count,
        -- a log that never tells a hand is no history of hands
        {%- for count, is_told in (
            ('reassignment_count', 'has_assignees'),
            ('assignee_station_count', 'has_assignees'),
            ('group_station_count', 'has_groups'),
        ) %}
            case
                when milestones.has_status_history and not milestones.is_history_stale and surveyed.{{ is_told }}
                    then coalesce(assigned.{{ count }}, 0)
                else stated.{{ count }}
            end as {{ count }},
        {%- endfor %}
        case
            when milestones.has_status_history and not milestones.is_history_stale and surveyed.has_groups
                then coalesce(assigned.group_reassignment_count, 0)
        end as group_reassignment_count,
        tickets._source_table,
        tickets._load_id,
        tickets._row_number
    from tickets
    inner join milestones on tickets.ticket_id = milestones.ticket_id
    left join measured on tickets.ticket_id = measured.ticket_id
    left join replied on tickets.ticket_id = replied.ticket_id
    left join resolved on tickets.ticket_id = resolved.ticket_id
    left join assigned on tickets.ticket_id = assigned.ticket_id
    left join stated on tickets.ticket_id = stated.ticket_id
    left join surveyed
        on
            tickets.source = surveyed.source
            and tickets.instance = surveyed.instance
            and resolved.history_source = surveyed.history_source
)

select * from described
