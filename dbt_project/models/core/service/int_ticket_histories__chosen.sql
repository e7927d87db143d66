{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- One history a ticket: mixing two would count each change twice. A history that does not hold the ticket's creation is
-- a partial pull: what came before it is not known, so it is not used (decision 0203). An import writes a creation too,
-- on its own day. A shop that changed the export of its history has the end of a ticket in the other one: what that one
-- tells after the last change of the first goes on with it.
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
        any_value(changes.preference) as preference,
        any_value(changes.has_creation) as has_creation,
        any_value(changes.has_messages) as has_messages,
        not any_value(changes.has_creation)
        or bool_or(
            changes.is_creation and changes.field_name = 'status'
            and not coalesce(changes.changed_at > tickets.created_at + interval 1 minute, false)
        ) as is_complete,
        max(changes.changed_at) as known_to
    from changes
    left join tickets on changes.ticket_id = tickets.ticket_id
    group by changes.ticket_id, changes.history_source
),

chosen as (
    select
        ticket_id,
        history_source,
        is_complete,
        has_creation,
        has_messages,
        known_to
    from candidates
    qualify
        row_number() over (
            partition by ticket_id
            order by is_complete desc, preference asc
        ) = 1
),

continued as (
    select
        chosen.ticket_id,
        candidates.history_source,
        candidates.has_messages,
        chosen.known_to as counts_after
    from chosen
    inner join candidates on chosen.ticket_id = candidates.ticket_id and chosen.known_to < candidates.known_to
    where chosen.is_complete and chosen.has_creation and candidates.has_creation
)

select
    ticket_id,
    history_source,
    has_messages,
    is_complete,
    cast(null as timestamp) as counts_after
from chosen

union all

select
    ticket_id,
    history_source,
    has_messages,
    true as is_complete,
    counts_after
from continued
