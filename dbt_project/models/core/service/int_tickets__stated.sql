{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- What the source itself counts about a ticket, for tickets without a history.
with metrics as (
    select * from {{ ref('int_ticket_metrics__unioned') }}
),

entity_tickets as (
    select * from {{ ref('stg_entity__tickets') }}
),

unioned as (
    select
        ticket_id,
        'metric_set' as stated_source,
        reply_count,
        reopen_count,
        cast(null as bigint) as reassignment_count,
        assignee_station_count,
        group_station_count
    from metrics

    union all by name

    select
        {{ surrogate_key(['source', 'instance', 'ticket_key']) }} as ticket_id,
        'entity_snapshot' as stated_source,
        reply_count,
        reopen_count,
        reassignment_count
    from entity_tickets
)

select unioned.* from unioned
{{ only_touched('int_tickets__touched', 'unioned', ['ticket_id']) }}
