with source as (
    {{ current_rows('zendesk', 'satisfaction_ratings') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_rating_id,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        lower(score) as score,
        cast(assignee_id as varchar) as assignee_zendesk_user_id,
        cast(requester_id as varchar) as requester_zendesk_user_id,
        cast(group_id as varchar) as zendesk_group_id,
        reason,
        comment as rating_comment,
        created_at,
        updated_at
    from source
)

select * from renamed
