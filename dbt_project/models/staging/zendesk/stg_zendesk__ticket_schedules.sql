with source as (
    {{ current_rows('zendesk', 'ticket_schedules') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        cast(schedule_id as varchar) as zendesk_schedule_id,
        created_at as assigned_at
    from source
)

select * from renamed
