{{ config(materialized='ephemeral') }}
-- Tickets that another record says were merged away; what a ticket says of itself is in int_tickets__unioned.
with unioned as (
    select
        source,
        instance,
        unnest(from_zendesk_ticket_ids) as source_ticket_id
    from {{ ref('stg_zendesk__ticket_audits') }}
    where source_relation = 'merge' and from_zendesk_ticket_ids is not null

    union all by name

    select
        source,
        instance,
        unnest(merged_zendesk_ticket_ids) as source_ticket_id
    from {{ ref('stg_zendesk__tickets') }}
    where merged_zendesk_ticket_ids is not null

    union all by name

    select
        source,
        instance,
        unnest(merged_zendesk_ticket_ids) as source_ticket_id
    from {{ ref('stg_zendesk__ticket_events') }}
    where merged_zendesk_ticket_ids is not null
)

select distinct * from unioned
