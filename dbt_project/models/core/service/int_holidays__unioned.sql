{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_schedule_id as source_schedule_id,
    first_day,
    last_day
from {{ ref('stg_zendesk__holidays') }}
