with source as (
    {{ current_rows('zendesk', 'suspended_tickets') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_suspended_ticket_id,
        cause,
        created_at
    from source
)

select * from renamed
