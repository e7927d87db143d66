{{ config(materialized='ephemeral') }}
select
    source,
    instance,
    zendesk_user_id as user_key,
    zendesk_group_id as group_key
from {{ ref('stg_zendesk__group_memberships') }}
