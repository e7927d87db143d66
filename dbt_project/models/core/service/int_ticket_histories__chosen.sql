{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- One history a ticket: mixing two would count each change twice. A history that does not hold the ticket's creation is
-- a partial pull: what came before it is not known, so it is not used (decision 0203). An import writes a creation too,
-- on its own day.
with tickets as (
    select * from {{ ref('int_tickets__unioned') }}
),

changes as (
    select every.* from {{ ref('int_ticket_changes__unioned') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

candidates as (
    select
        changes.ticket_id,
        changes.history_source,
        changes.history_source = 'entity_events'
        or bool_or(
            changes.is_creation and changes.field_name = 'status'
            and not coalesce(changes.changed_at > tickets.created_at + interval 1 minute, false)
        ) as is_complete
    from changes
    left join tickets on changes.ticket_id = tickets.ticket_id
    group by changes.ticket_id, changes.history_source
),

chosen as (
    select
        ticket_id,
        history_source,
        is_complete
    from candidates
    qualify
        row_number() over (
            partition by ticket_id
            order by is_complete desc, case history_source when 'audits' then 1 when 'ticket_events' then 2 else 3 end
        ) = 1
)

select * from chosen
