{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
with zendesk_tickets as (
    select * from {{ ref('stg_zendesk__tickets') }}
),

entity_tickets as (
    select * from {{ ref('stg_entity__tickets') }}
),

-- a ticket that a flat file tells too is the vendor's
told_twice as (
    select
        source,
        instance,
        ticket_key as zendesk_ticket_id,
        ticket_key
    from entity_tickets
),

unioned as (
    select
        source,
        instance,
        zendesk_ticket_id as source_ticket_id,
        created_at,
        updated_at,
        generated_at,
        source_status,
        source_priority,
        source_channel,
        ticket_type,
        requester_zendesk_user_id as requester_key,
        requester_email,
        submitter_zendesk_user_id as submitter_key,
        assignee_zendesk_user_id as assignee_key,
        zendesk_group_id as group_key,
        -- a side conversation, too, is told where it came from
        case
            when coalesce(source_relation, 'follow_up') = 'follow_up' then follow_up_of_zendesk_ticket_id
        end as follow_up_of_source_ticket_id,
        list_contains(tags, 'closed_by_merge') as is_merged,
        false as is_spam,
        is_scrubbed,
        satisfaction_score,
        coalesce(updated_at, generated_at) as known_to,
        told_twice.ticket_key is not null as is_told_twice,
        'zendesk.tickets' as _source_table,
        _load_id,
        _row_number
    from zendesk_tickets
    left join told_twice using (source, instance, zendesk_ticket_id)

    union all by name

    select
        source,
        instance,
        ticket_key as source_ticket_id,
        created_at,
        updated_at,
        source_status,
        source_priority,
        source_channel,
        ticket_type,
        customer_key as requester_key,
        customer_email as requester_email,
        customer_phone as requester_phone,
        submitter_key,
        assignee_key,
        group_name,
        is_merged,
        is_spam,
        is_deleted,
        satisfaction_score,
        -- of a file nothing is known but its day
        coalesce(updated_at, date_trunc('day', exported_at) + interval 1 day) as known_to,
        true as has_whole_messages,
        'entity_snapshot' as stated_source,
        first_replied_at as stated_first_replied_at,
        solved_at as stated_solved_at,
        closed_at as stated_closed_at,
        reply_count as stated_reply_count,
        reopen_count as stated_reopen_count,
        reassignment_count as stated_reassignment_count,
        is_sla_met as is_stated_sla_met,
        'entity.tickets' as _source_table,
        _load_id,
        _row_number
    from entity_tickets
    anti join zendesk_tickets
        on
            entity_tickets.source = zendesk_tickets.source
            and entity_tickets.instance = zendesk_tickets.instance
            and entity_tickets.ticket_key = zendesk_tickets.zendesk_ticket_id
),

keyed as (
    select
        {{ surrogate_key(['source', 'instance', 'source_ticket_id']) }} as ticket_id,
        *
    from unioned
    {{ only_touched('int_tickets__touched', 'unioned', ['source', 'instance', 'source_ticket_id']) }}
)

select * from keyed
