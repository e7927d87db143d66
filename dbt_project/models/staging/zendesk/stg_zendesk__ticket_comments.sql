with source as (
    {{ current_rows('zendesk', 'tickets_comments') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        cast(id as varchar) as zendesk_comment_id,
        cast(author_id as varchar) as author_zendesk_user_id,
        type as comment_type,
        public as is_public,
        created_at,
        lower(via_channel) as source_channel,
        lower(via_source_rel) as source_relation
    from source
)

select * from renamed
