with source as (
    {{ current_rows('zendesk', 'users') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_user_id,
        -- Zendesk empties the address of whom it deletes, and his tickets are still those of the person he was.
        case
            when email is not null or coalesce(active, true) or coalesce(permanently_deleted, false) then email
            else (
                select max_by(version.email, (coalesce(version.updated_at, version._exported_at), version.email))
                from {{ source('zendesk', 'users') }} as version
                where
                    version._source = source._source and version._instance = source._instance
                    and version.id = source.id and version.email is not null and not source.active
            )
        end as email,
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
