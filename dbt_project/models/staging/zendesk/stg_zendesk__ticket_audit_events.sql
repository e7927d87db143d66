with source as (
    {{ current_rows('zendesk', 'ticket_audits_events') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        audit_id as zendesk_audit_id,
        coalesce(id, _child_number) as zendesk_event_id,
        audited_at,
        type as event_type,
        field_name,
        value,
        previous_value,
        cast(coalesce(author_id, audit_author_id) as varchar) as author_zendesk_user_id,
        public as is_public,
        lower(via_channel) as source_channel,
        lower(via_source_rel) as source_relation
    from source
)

select * from renamed
