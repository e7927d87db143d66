{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_schedule_id as source_schedule_id,
    first_date,
    last_date
from {{ ref('stg_zendesk__holidays') }}
