{{ config(materialized='ephemeral') }}
-- Whatever is delivered apart from its ticket. An event has a row for each of its parts.
{%- for entity, model, ticket, record in [
    ('ticket_audit', 'stg_zendesk__ticket_audits', 'zendesk_ticket_id', 'zendesk_audit_id'),
    ('ticket_event', 'stg_zendesk__ticket_child_events', 'zendesk_ticket_id', 'zendesk_parent_event_id'),
    ('ticket_event', 'stg_entity__ticket_events', 'ticket_key', 'event_key'),
    ('ticket_metric', 'stg_zendesk__ticket_metrics', 'zendesk_ticket_id', 'zendesk_ticket_id'),
    ('ticket_metric_event', 'stg_zendesk__ticket_metric_events', 'zendesk_ticket_id', 'zendesk_metric_event_id'),
    ('satisfaction_rating', 'stg_zendesk__satisfaction_ratings', 'zendesk_ticket_id', 'zendesk_rating_id'),
] %}
    select
        '{{ entity }}' as entity,
        source,
        instance,
        {{ ticket }} as source_ticket_id,
        cast({{ record }} as varchar) as record_key
    from {{ ref(model) }}
    {{ 'union all by name' if not loop.last }}
{%- endfor %}
