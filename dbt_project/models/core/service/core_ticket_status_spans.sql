{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
with tickets as (
    select * from {{ ref('int_tickets__unioned') }}
),

changes as (
    select every.* from {{ ref('int_ticket_changes__unioned') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
    where field_name = 'status' and value is not null
),

histories as (
    select * from {{ ref('int_ticket_histories__chosen') }}
    where is_complete
),

words as (
    select distinct
        changes.source,
        changes.value as source_status
    from changes
),

coded_words as (
    select
        words.source,
        words.source_status,
        {{ seed_word('ticket_status_words', 'source_status', 'status', 'words') }} as status,
        coalesce({{ seed_word('ticket_status_words', 'source_status', 'is_reopenable', 'words', false) }}, false)
            as is_reopenable
    from words
),

ordered as (
    select
        changes.ticket_id,
        changes.history_source,
        changes.changed_at,
        changes.change_order,
        changes.change_suborder,
        coded_words.status,
        coded_words.is_reopenable,
        changes.author_key,
        changes.source_channel,
        changes.previous_value,
        changes.value,
        lag(changes.value) over by_ticket as value_before,
        lag(coded_words.status) over by_ticket as status_before
    from changes
    inner join histories
        on changes.ticket_id = histories.ticket_id and changes.history_source = histories.history_source
    inner join coded_words
        on changes.source = coded_words.source and changes.value = coded_words.source_status
    window by_ticket as (
        partition by changes.ticket_id
        order by changes.changed_at, changes.change_order, changes.change_suborder
    )
),

moved as (
    select
        *,
        -- The last status that says something: a deletion in between hides what was there, it does not change it.
        last_value(case when status not in ('deleted', 'other') then status end ignore nulls) over so_far
            as known_status_before,
        last_value(case when status != 'other' then is_reopenable end ignore nulls) over so_far
            as was_reopenable
    from ordered
    where status_before is null or status != status_before
    window so_far as (
        partition by ticket_id
        order by changed_at, change_order, change_suborder rows between unbounded preceding and 1 preceding
    )
),

spans as (
    select
        moved.ticket_id,
        row_number() over by_ticket as span_number,
        moved.history_source,
        moved.status,
        -- A ticket has a status from its creation on; a log that starts later starts with that one.
        case
            when row_number() over by_ticket = 1 and moved.history_source = 'entity_events'
                then least(tickets.created_at, moved.changed_at)
            else moved.changed_at
        end as started_at,
        lead(moved.changed_at) over by_ticket as ended_at,
        moved.author_key,
        moved.source_channel,
        moved.previous_value is null or moved.value_before is null or moved.previous_value = moved.value_before
            as is_consistent_with_before,
        coalesce(moved.was_reopenable and moved.status in ('new', 'open', 'pending', 'hold'), false) as is_reopen,
        coalesce(moved.status = 'solved' and coalesce(moved.known_status_before, '') not in ('solved', 'closed'), false)
        or coalesce(
            moved.status = 'closed' and moved.known_status_before in ('new', 'open', 'pending', 'hold')
            and (
                moved.history_source = 'entity_events' or moved.author_key = '-1'
                or moved.source_channel is null or moved.source_channel in ('rule', 'api')
            ), false
        ) as is_resolution
    from moved
    inner join tickets on moved.ticket_id = tickets.ticket_id
    window by_ticket as (
        partition by moved.ticket_id order by moved.changed_at, moved.change_order, moved.change_suborder
    )
),

keyed as (
    select
        {{ surrogate_key(['ticket_id', 'span_number']) }} as ticket_status_span_id,
        *,
        date_diff('microsecond', started_at, ended_at) / 6e7 as calendar_minutes
    from spans
)

select * from keyed
