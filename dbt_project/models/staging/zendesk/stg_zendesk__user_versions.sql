-- Every delivered version, not only the newest: the versions are the only history of roles a shop's exports hold.
with source as (
    select * from {{ source('zendesk', 'users') }}
),

renamed as (
    select distinct
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_user_id,
        role,
        role_type,
        coalesce(only_private_comments, false) as is_private_only,
        coalesce(updated_at, _exported_at) as updated_at
    from source
)

select * from renamed
