{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
with spans as (
    select every.* from {{ ref('core_ticket_status_spans') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

measured as (
    select
        ticket_id,
        arg_min(history_source, span_number) as history_source,
        min(started_at) filter (where is_resolution) as first_solved_at,
        max(started_at) filter (where is_resolution) as last_solved_at,
        count(*) filter (where is_reopen) as reopen_count,
        arg_max(status, span_number) as last_status,
        max(started_at) as last_changed_at,
        arg_max(status, span_number) filter (where status != 'deleted') as last_live_status,
        bool_and(is_consistent_with_before) as is_history_consistent,
        min(started_at) filter (where status = 'closed') as closed_at
    from spans
    group by ticket_id
)

select * from measured
