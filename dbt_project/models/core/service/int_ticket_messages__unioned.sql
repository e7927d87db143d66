{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
with audit_events as (
    select * from {{ ref('stg_zendesk__ticket_audit_events') }}
    where
        event_type in ('Comment', 'VoiceComment', 'TpeVoiceComment', 'FacebookComment', 'Tweet')
        and audited_at is not null
),

child_events as (
    select * from {{ ref('stg_zendesk__ticket_child_events') }}
    where
        occurred_at is not null
        and (
            event_type in ('Comment', 'VoiceComment', 'TpeVoiceComment', 'FacebookComment', 'Tweet')
            or is_comment_present
        )
),

exported_comments as (
    select
        comments.*,
        versions.updated_at as known_to
    from {{ ref('stg_zendesk__ticket_comments') }} as comments
    left join {{ ref('stg_zendesk__ticket_versions') }} as versions
        on comments._load_id = versions._load_id and comments._parent_row_number = versions._row_number
    where comments.created_at is not null
),

entity_events as (
    select * from {{ ref('stg_entity__ticket_events') }}
    where
        occurred_at is not null
        and (event_type in ('comment', 'message', 'reply', 'note') or (event_type = 'created' and is_public))
),

unioned as (
    select
        source,
        instance,
        zendesk_ticket_id as source_ticket_id,
        cast(zendesk_event_id as varchar) as source_message_id,
        1 as preference,
        audited_at as sent_at,
        zendesk_audit_id as message_order,
        author_zendesk_user_id as author_key,
        is_public,
        source_channel,
        source_relation
    from audit_events

    union all by name

    select
        source,
        instance,
        zendesk_ticket_id as source_ticket_id,
        cast(zendesk_event_id as varchar) as source_message_id,
        2 as preference,
        occurred_at as sent_at,
        zendesk_event_id as message_order,
        author_zendesk_user_id as author_key,
        is_public,
        source_channel
    from child_events

    union all by name

    select
        source,
        instance,
        zendesk_ticket_id as source_ticket_id,
        zendesk_comment_id as source_message_id,
        3 as preference,
        created_at as sent_at,
        try_cast(zendesk_comment_id as bigint) as message_order,
        author_zendesk_user_id as author_key,
        is_public,
        source_channel,
        source_relation,
        known_to
    from exported_comments

    union all by name

    select
        source,
        instance,
        ticket_key as source_ticket_id,
        event_key as source_message_id,
        4 as preference,
        occurred_at as sent_at,
        coalesce(sequence_number, row_order) as message_order,
        actor_key as author_key,
        actor_role as source_author_role,
        is_automatic as is_stated_automatic,
        coalesce(is_public, event_type != 'note') as is_public,
        source_channel
    from entity_events
),

-- The same comment comes by several exports under one id: the richest telling of it stays.
deduplicated as (
    select
        {{ surrogate_key(['source', 'instance', 'source_ticket_id', 'source_message_id']) }} as ticket_message_id,
        {{ surrogate_key(['source', 'instance', 'source_ticket_id']) }} as ticket_id,
        *
    from unioned
    {{ only_touched('int_tickets__touched', 'unioned', ['source', 'instance', 'source_ticket_id']) }}
    qualify
        row_number() over (
            partition by source, instance, source_ticket_id, source_message_id order by preference, message_order
        ) = 1
),

-- A flat log may tell a help desk's own messages again, under ids of its own: one of the same minute that as many may
-- see is the same (decision 0203).
flat_log as (
    select ticket_id from deduplicated
    where preference = 4
),

told_twice as (
    select
        deduplicated.ticket_id,
        deduplicated.is_public,
        date_trunc('minute', deduplicated.sent_at) as sent_minute
    from deduplicated
    semi join flat_log on deduplicated.ticket_id = flat_log.ticket_id
    group by deduplicated.ticket_id, deduplicated.is_public, sent_minute
    having min(deduplicated.preference) < 4 and max(deduplicated.preference) = 4
),

told_once as (
    select
        deduplicated.*,
        told_twice.ticket_id is not null as is_told_twice
    from deduplicated
    left join told_twice
        on
            deduplicated.ticket_id = told_twice.ticket_id
            and deduplicated.is_public = told_twice.is_public
            and date_trunc('minute', deduplicated.sent_at) = told_twice.sent_minute
    where deduplicated.preference < 4 or told_twice.ticket_id is null
)

select * from told_once
