with source as (
    {{ current_rows('zendesk', 'group_memberships') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_group_membership_id,
        cast(user_id as varchar) as zendesk_user_id,
        cast(group_id as varchar) as zendesk_group_id,
        coalesce("default", false) as is_default,
        created_at
    from source
)

select * from renamed
