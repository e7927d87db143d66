{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- One history a ticket: mixing two would count each change twice. A history that does not hold the ticket's creation is
-- a partial pull: what came before it is not known, so it is not used (decision 0203).
with changes as (
    select every.* from {{ ref('int_ticket_changes__unioned') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

candidates as (
    select
        ticket_id,
        history_source,
        bool_or(is_creation and field_name = 'status') or history_source = 'entity_events' as is_complete
    from changes
    group by ticket_id, history_source
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
