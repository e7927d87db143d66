{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_group_id as group_key,
    group_name
from {{ ref('stg_zendesk__groups') }}
