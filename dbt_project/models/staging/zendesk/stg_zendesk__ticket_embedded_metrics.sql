with source as (
    {{ current_rows('zendesk', 'tickets') }}
),

-- as text: core reads it, and only where a ticket changed
renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_ticket_id,
        coalesce(generated_timestamp, updated_at) as ticket_updated_at,
        metric_set
    from source
    where metric_set is not null
)

select * from renamed
