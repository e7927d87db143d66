{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_ticket_id as source_ticket_id,
    cast(zendesk_rating_id as bigint) as rating_order,
    score,
    coalesce(updated_at, created_at) as rated_at
from {{ ref('stg_zendesk__satisfaction_ratings') }}
