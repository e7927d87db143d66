{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
with assignments as (
    select every.* from {{ ref('core_ticket_assignments') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

counted as (
    select
        ticket_id,
        count(*) filter (where assignment_type = 'assignee' and is_reassignment) as reassignment_count,
        count(*) filter (where assignment_type = 'group' and is_reassignment) as group_reassignment_count,
        count(*) filter (where assignment_type = 'assignee') as assignee_station_count,
        count(*) filter (where assignment_type = 'group') as group_station_count
    from assignments
    group by ticket_id
)

select * from counted
