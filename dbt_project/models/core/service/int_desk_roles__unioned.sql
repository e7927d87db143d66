{{ config(materialized='ephemeral') }}
-- What each delivered version of a person says he may do. Of Zendesk's agents, some may write notes only.
select
    source,
    instance,
    zendesk_user_id as user_key,
    updated_at,
    case
        when role in ('agent', 'admin') and (role_type = 1 or is_private_only) then 'light_agent'
        when role in ('agent', 'admin') then 'agent'
        else 'customer'
    end as role_kind
from {{ ref('stg_zendesk__user_versions') }}
