-- Everybody a help desk lists, its own people and those who ask. An arm a help desk that exports its people.
select
    source,
    instance,
    zendesk_user_id as user_key,
    email,
    role != 'end-user' as is_staff,
    role = 'admin' as is_admin,
    is_active,
    is_suspended,
    default_zendesk_group_id as default_group_key,
    created_at,
    updated_at,
    'zendesk.users' as _source_table,
    _load_id,
    _row_number
from {{ ref('stg_zendesk__users') }}
