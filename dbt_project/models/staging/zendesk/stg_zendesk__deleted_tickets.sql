with source as (
    {{ current_rows('zendesk', 'deleted_tickets') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_ticket_id,
        deleted_at,
        previous_state,
        _exported_at as exported_at
    from source
)

select * from renamed
