with source as (
    {{ current_rows('zendesk', 'schedules') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_schedule_id,
        name as schedule_name,
        time_zone as source_time_zone,
        created_at,
        updated_at
    from source
)

select * from renamed
