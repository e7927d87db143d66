{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_ticket_id as source_ticket_id,
    deleted_at
from {{ ref('stg_zendesk__deleted_tickets') }}
