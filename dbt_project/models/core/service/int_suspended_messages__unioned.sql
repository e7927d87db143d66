{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_suspended_ticket_id as suspended_message_key
from {{ ref('stg_zendesk__suspended_tickets') }}
