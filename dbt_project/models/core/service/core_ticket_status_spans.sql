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

coded as (
    select
        changes.ticket_id,
        tickets.created_at,
        changes.history_source,
        changes.has_creation,
        changes.changed_at,
        changes.change_order,
        changes.change_suborder,
        coded_words.status,
        coded_words.is_reopenable,
        changes.author_key,
        changes.source_channel,
        changes.previous_value,
        changes.value
    from changes
    inner join histories
        on
            changes.ticket_id = histories.ticket_id
            and changes.history_source = histories.history_source
            and coalesce(changes.changed_at > histories.counts_after, true)
    inner join coded_words
        on changes.source = coded_words.source and changes.value = coded_words.source_status
    inner join tickets on changes.ticket_id = tickets.ticket_id
),

-- A log without a word for the creation need not begin with it: until its first row the ticket is new (decision 0205).
begun as (
    select
        ticket_id,
        any_value(created_at) as created_at,
        any_value(history_source) as history_source,
        any_value(has_creation) as has_creation,
        any_value(created_at) as changed_at,
        'new' as status,
        false as is_reopenable
    from coded
    where not has_creation
    group by ticket_id
    having any_value(created_at) < min(changed_at)
),

told as (
    select * from coded
    union all by name
    select * from begun
),

ordered as (
    select
        *,
        lag(value) over by_ticket as value_before,
        lag(status) over by_ticket as status_before
    from told
    window by_ticket as (partition by ticket_id order by changed_at, change_order, change_suborder)
),

moved as (
    select
        *,
        -- The last status that says something: a deletion in between hides what was there, it does not change it.
        last_value(case when status not in ('deleted', 'other') then status end ignore nulls) over so_far
            as known_status_before,
        -- What lies before the creation cannot be, so nothing came back from it.
        last_value(
            case when status != 'other' and not coalesce(changed_at < created_at, false) then is_reopenable end
            ignore nulls
        ) over so_far as was_reopenable
    from ordered
    where status_before is null or status != status_before
    window so_far as (
        partition by ticket_id
        order by changed_at, change_order, change_suborder rows between unbounded preceding and 1 preceding
    )
),

spans as (
    select
        ticket_id,
        row_number() over by_ticket as span_number,
        history_source,
        status,
        changed_at as started_at,
        lead(changed_at) over by_ticket as ended_at,
        author_key,
        source_channel,
        previous_value is null or value_before is null or previous_value = value_before
            as is_consistent_with_before,
        coalesce(was_reopenable and status in {{ open_statuses() }}, false) as is_reopen,
        coalesce(status = 'solved' and coalesce(known_status_before, '') not in {{ solved_statuses() }}, false)
        or coalesce(
            status = 'closed'
            and coalesce(known_status_before, if(has_creation, null, 'new')) in {{ open_statuses() }}
            and (
                not has_creation or author_key = '-1'
                or source_channel is null or source_channel in (
                    select source_channel from {{ ref('ticket_channel_words') }}
                    where channel in ('rule', 'api')
                )
            ), false
        ) as is_resolution
    from moved
    window by_ticket as (partition by ticket_id order by changed_at, change_order, change_suborder)
),

keyed as (
    select
        {{ surrogate_key(['ticket_id', 'span_number']) }} as ticket_status_span_id,
        *,
        date_diff('microsecond', started_at, ended_at) / 6e7 as calendar_minutes
    from spans
)

select * from keyed
