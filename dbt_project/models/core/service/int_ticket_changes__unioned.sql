{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- Every value of status, assignee and group a ticket was given, from whichever history its source keeps.
with audit_events as (
    select * from {{ ref('stg_zendesk__ticket_audit_events') }}
),

child_events as (
    select * from {{ ref('stg_zendesk__ticket_child_events') }}
),

entity_events as (
    select * from {{ ref('stg_entity__ticket_events') }}
),

unioned as (
    select
        source,
        instance,
        zendesk_ticket_id as source_ticket_id,
        'audits' as history_source,
        1 as preference,
        true as has_creation,
        true as has_messages,
        true as has_departures,
        audited_at as changed_at,
        zendesk_audit_id as change_order,
        zendesk_event_id as change_suborder,
        replace(field_name, '_id', '') as field_name,
        case when field_name = 'status' then lower(value) else value end as value,
        case when field_name = 'status' then lower(previous_value) else previous_value end as previous_value,
        event_type = 'Create' as is_creation,
        author_zendesk_user_id as author_key,
        source_channel
    from audit_events
    where
        event_type in ('Create', 'Change') and field_name in ('status', 'assignee_id', 'group_id')
        and audited_at is not null

    union all by name

    select
        source,
        instance,
        zendesk_ticket_id as source_ticket_id,
        'ticket_events' as history_source,
        2 as preference,
        true as has_creation,
        true as has_messages,
        false as has_departures,
        occurred_at as changed_at,
        zendesk_parent_event_id as change_order,
        zendesk_event_id as change_suborder,
        field.name as field_name,
        field.value,
        case when field.name = 'status' then lower(previous_value) else previous_value end as previous_value,
        event_type = 'Create' as is_creation,
        author_zendesk_user_id as author_key,
        source_channel
    from child_events
    cross join
        lateral (
            select
                unnest([
                    { name: 'status', value: lower(child_events.status) },
                    { name: 'assignee', value: child_events.assignee_zendesk_user_id },
                    { name: 'group', value: child_events.zendesk_group_id }
                ]) as field
        ) as fields
    where event_type in ('Create', 'Change') and field.value is not null and occurred_at is not null

    union all by name

    select
        source,
        instance,
        ticket_key as source_ticket_id,
        'entity_events' as history_source,
        3 as preference,
        false as has_creation,
        false as has_messages,
        true as has_departures,
        occurred_at as changed_at,
        coalesce(sequence_number, 0) as change_order,
        row_order as change_suborder,
        field.name as field_name,
        field.value,
        false as is_creation,
        actor_key as author_key,
        source_channel
    from entity_events
    cross join
        lateral (
            select
                unnest([
                    { name: 'status', value: entity_events.source_status },
                    { name: 'assignee', value: entity_events.assignee_key },
                    { name: 'group', value: entity_events.group_name }
                ]) as field
        ) as fields
    where field.value is not null and occurred_at is not null
),

keyed as (
    select
        {{ surrogate_key(['source', 'instance', 'source_ticket_id']) }} as ticket_id,
        *
    from unioned
    {{ only_touched('int_tickets__touched', 'unioned', ['source', 'instance', 'source_ticket_id']) }}
)

select * from keyed
