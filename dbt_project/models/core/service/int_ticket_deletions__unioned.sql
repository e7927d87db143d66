{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_ticket_id as source_ticket_id,
    -- of one whose time cannot be read, the day of the list
    coalesce(deleted_at, date_trunc('day', exported_at) + interval 1 day) as deleted_at
from {{ ref('stg_zendesk__deleted_tickets') }}
