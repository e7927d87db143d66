-- What tells of a ticket that nobody delivered: no number can be made of it before the ticket itself comes.
with tickets as (
    select * from {{ ref('int_tickets__unioned') }}
),

told as (
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
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- an event has a row for each of its parts
orphaned as (
    select distinct
        told.entity,
        told.source,
        told.instance,
        told.source_ticket_id,
        told.record_key
    from told
    anti join tickets
        on
            told.source = tickets.source
            and told.instance = tickets.instance
            and told.source_ticket_id = tickets.source_ticket_id
)

select
    entity,
    source,
    count(*) as record_count
from orphaned
group by entity, source
