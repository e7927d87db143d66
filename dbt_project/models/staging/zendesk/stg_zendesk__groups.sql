with source as (
    {{ current_rows('zendesk', 'groups') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_group_id,
        name as group_name,
        coalesce(deleted, false) as is_deleted,
        created_at,
        updated_at
    from source
)

select * from renamed
