{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- Stations of a ticket: who (assignee) and where (group) it was, one after the other. Nobody is no station.
with changes as (
    select every.* from {{ ref('int_ticket_changes__unioned') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
    where field_name in ('assignee', 'group')
),

histories as (
    select * from {{ ref('int_ticket_histories__chosen') }}
    where is_complete
),

ordered as (
    select
        changes.ticket_id,
        changes.source,
        changes.instance,
        changes.field_name as assignment_type,
        nullif(changes.value, '') as assigned_key,
        changes.changed_at as started_at,
        -- some histories leave out that somebody was taken off; who is given the ticket from nobody says it
        case
            when changes.has_departures or changes.previous_value is not null
                then lag(nullif(changes.value, '')) over by_field
        end as key_before,
        lead(changes.changed_at) over by_field as ended_at,
        last_value(nullif(changes.value, '') ignore nulls) over (
            by_field rows between unbounded preceding and 1 preceding
        ) as last_holder_before,
        changes.change_order,
        changes.change_suborder
    from changes
    inner join histories
        on
            changes.ticket_id = histories.ticket_id
            and changes.history_source = histories.history_source
            and coalesce(changes.changed_at > histories.counts_after, true)
    window by_field as (
        partition by changes.ticket_id, changes.field_name
        order by changes.changed_at, changes.change_order, changes.change_suborder
    )
),

stations as (
    select
        *,
        row_number() over (
            partition by ticket_id, assignment_type order by started_at, change_order, change_suborder
        ) as assignment_number
    from ordered
    where assigned_key is not null and assigned_key is distinct from key_before
),

keyed as (
    select
        {{ surrogate_key(['ticket_id', 'assignment_type', 'assignment_number']) }} as ticket_assignment_id,
        ticket_id,
        source,
        instance,
        assignment_type,
        assignment_number,
        assigned_key,
        {{ surrogate_key(['source', 'instance', 'assigned_key']) }} as assigned_id,
        started_at,
        ended_at,
        -- A -> nobody -> B hands the customer over as A -> B does; A -> nobody -> A does not (decision 0206).
        coalesce(last_holder_before != assigned_key, false) as is_reassignment
    from stations
)

select * from keyed
