with source as (
    {{ current_rows('zendesk', 'ticket_events') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        id as zendesk_event_id,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        cast(from_json(merged_ticket_ids, '["VARCHAR"]') as varchar[]) as merged_zendesk_ticket_ids
    from source
)

select * from renamed
