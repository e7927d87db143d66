with source as (
    {{ current_rows('zendesk', 'users') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_user_id,
        email,
        role,
        role_type,
        coalesce(only_private_comments, false) as is_private_only,
        active as is_active,
        coalesce(suspended, false) as is_suspended,
        cast(default_group_id as varchar) as default_zendesk_group_id,
        created_at,
        updated_at,
        _load_id,
        _row_number
    from source
)

select * from renamed
