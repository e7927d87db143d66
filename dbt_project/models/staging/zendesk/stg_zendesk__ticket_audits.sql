with source as (
    {{ current_rows('zendesk', 'ticket_audits') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        id as zendesk_audit_id,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        created_at,
        cast(author_id as varchar) as author_zendesk_user_id,
        lower(via_channel) as source_channel,
        lower(via_source_rel) as source_relation,
        cast(from_json(via_source_from_ticket_ids, '["VARCHAR"]') as varchar[]) as from_zendesk_ticket_ids
    from source
)

select * from renamed
