{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched', 'surroundings': ['int_tickets__milestones']},
    post_hook='{{ remember_build() }}'
) }}
-- Every stretch of a ticket that one of its durations is made of.
with milestones as (
    select every.* from {{ ref('int_tickets__milestones') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

spans as (
    select every.* from {{ ref('core_ticket_status_spans') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
    where ended_at is not null
),

from_creation as (
    select
        ticket_id,
        milestone.duration,
        created_at as started_at,
        milestone.ended_at
    from milestones
    cross join
        lateral (
            select
                unnest([
                    { duration: 'first_response', ended_at: milestones.first_replied_at },
                    { duration: 'first_resolution', ended_at: milestones.first_solved_at },
                    { duration: 'full_resolution', ended_at: milestones.fully_solved_at }
                ]) as milestone
        ) as reached
    where milestone.ended_at is not null
),

waits as (
    select
        spans.ticket_id,
        wait.duration,
        -- before its creation nobody waits for a ticket
        greatest(spans.started_at, milestones.created_at) as started_at,
        spans.ended_at
    from spans
    inner join milestones on spans.ticket_id = milestones.ticket_id
    cross join lateral (
        select
            unnest(case
                when spans.status in ('new', 'open') then ['requester_wait']
                when spans.status = 'hold' then ['requester_wait', 'on_hold']
                when spans.status = 'pending' then ['agent_wait']
                else []
            end) as duration
    ) as wait
),

unioned as (
    select * from from_creation
    union all by name
    select * from waits
)

select * from unioned
where ended_at >= started_at
