{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched', 'surroundings': ['int_tickets__replied']},
    post_hook='{{ remember_build() }}'
) }}
-- The instants a ticket's durations run to. History first, up to its end; else what the source says; else unknown.
with tickets as (
    select every.* from {{ ref('int_tickets__recoded') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

replied as (
    select * from {{ ref('int_tickets__replied') }}
),

metrics as (
    select * from {{ ref('int_ticket_metrics__unioned') }}
),

resolved as (
    select * from {{ ref('int_tickets__resolved') }}
),

joined as (
    select
        tickets.ticket_id,
        tickets.created_at,
        coalesce(replied.has_message_history, false) as has_message_history,
        resolved.ticket_id is not null as has_status_history,
        coalesce(
            resolved.last_live_status != tickets.status
            and (tickets.status in {{ open_statuses() }} or tickets.status in {{ solved_statuses() }})
            and (resolved.last_live_status, tickets.status) != ('solved', 'closed'), false
        ) as is_status_newer,
        -- solved after all that the history tells, as the desk itself says
        coalesce(
            metrics.solved_at > resolved.last_changed_at + interval 1 minute
            or (is_status_newer and coalesce(metrics.solved_at, tickets.stated_solved_at) > resolved.last_changed_at),
            false
        ) as is_history_cut_off,
        is_status_newer or is_history_cut_off as is_history_stale,
        resolved.ticket_id is not null and not is_history_cut_off as is_end_known,
        is_end_known or resolved.first_solved_at is not null as is_first_solve_known,
        -- History or ticket, one may be older than the other: a ticket that either says is open is not settled.
        coalesce(
            coalesce(case when is_end_known then resolved.last_live_status end, tickets.status)
            in {{ solved_statuses() }}
            and coalesce(tickets.status, '') not in {{ open_statuses() }}, false
        ) as is_settled,
        -- a history without its end may lack the first reply
        coalesce(replied.has_message_history, false)
        and (replied.first_replied_at is not null or not is_history_stale) as is_first_reply_known,
        case
            when is_first_reply_known then replied.first_replied_at else tickets.stated_first_replied_at
        end as said_first_replied_at,
        case
            when is_first_solve_known then resolved.first_solved_at
            -- A source that says when it was last solved says when first only of a ticket that was not reopened.
            when coalesce(tickets.stated_reopen_count, 0) = 0 then tickets.stated_solved_at
        end as said_first_solved_at,
        -- Reopened and not solved again: it has no full resolution yet.
        case
            when tickets.status in {{ open_statuses() }} then null
            when not is_end_known then tickets.stated_solved_at
            when resolved.last_live_status in {{ solved_statuses() }} then resolved.last_solved_at
        end as said_fully_solved_at,
        coalesce(resolved.closed_at, case when not is_end_known then tickets.stated_closed_at end) as closed_at,
        -- What the help desk's own figures, which stand in where no history tells the end, were measured to.
        case when not is_end_known then metrics.solved_at end as measured_solved_at,
        least(
            {%- for duration in service_durations() %}
                {%- set known = {
                    'first_response': 'is_first_reply_known', 'first_resolution': 'is_first_solve_known'
                }.get(duration, 'is_end_known') %}
                {%- for clock in ('calendar', 'business') %}
                    case when not ({{ known }}) then metrics.{{ duration }}_{{ clock }}_minutes end,
                {%- endfor %}
            {%- endfor %}
            0
        ) as least_measured_minutes
    from tickets
    left join replied on tickets.ticket_id = replied.ticket_id
    left join resolved on tickets.ticket_id = resolved.ticket_id
    left join metrics on tickets.ticket_id = metrics.ticket_id
),

-- What lies before the creation cannot be: the instant stays as said, the duration is unknown and the ticket flagged.
bounded as (
    select
        *,
        case when said_first_replied_at >= created_at then said_first_replied_at end as first_replied_at,
        case when said_first_solved_at >= created_at then said_first_solved_at end as first_solved_at,
        case when said_fully_solved_at >= created_at then said_fully_solved_at end as fully_solved_at,
        coalesce(
            said_first_replied_at < created_at
            or said_first_solved_at < created_at
            or said_fully_solved_at < created_at
            or measured_solved_at < created_at
            or least_measured_minutes < 0,
            false
        ) as has_impossible_times
    from joined
)

select * from bounded
