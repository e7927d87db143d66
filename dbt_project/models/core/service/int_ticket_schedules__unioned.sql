{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_ticket_id as source_ticket_id,
    zendesk_schedule_id as source_schedule_id,
    assigned_at
from {{ ref('stg_zendesk__ticket_schedules') }}
