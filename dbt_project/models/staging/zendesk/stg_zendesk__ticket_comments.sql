-- Every comment ever delivered: a later answer that asks for the ticket alone takes none of them back.
with source as (
    {{ with_version('select * from ' ~ source('zendesk', 'tickets_comments')) }}
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
        lower(via_source_rel) as source_relation,
        _load_id,
        _parent_row_number
    from source
    qualify
        row_number() over (
            partition by _source, _instance, ticket_id, id
            order by _version desc, _parent_row_number desc, _child_number desc
        ) = 1
)

select * from renamed
