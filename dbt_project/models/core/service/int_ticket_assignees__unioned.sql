{{ config(materialized='ephemeral') }}
-- Whom a ticket lay with whenever it was delivered: without a history, all that tells of who had it before.
select distinct
    source,
    instance,
    zendesk_ticket_id as source_ticket_id,
    assignee_zendesk_user_id as assigned_key
from {{ ref('stg_zendesk__ticket_versions') }}
where assignee_zendesk_user_id is not null
