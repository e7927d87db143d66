{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- What the source itself counts about a ticket, for tickets without a history.
with metrics as (
    select * from {{ ref('int_ticket_metrics__unioned') }}
),

tickets as (
    select * from {{ ref('int_tickets__unioned') }}
    where stated_source is not null
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
        ticket_id,
        stated_source,
        stated_reply_count as reply_count,
        stated_reopen_count as reopen_count,
        stated_reassignment_count as reassignment_count
    from tickets
)

select unioned.* from unioned
{{ only_touched('int_tickets__touched', 'unioned', ['ticket_id']) }}
