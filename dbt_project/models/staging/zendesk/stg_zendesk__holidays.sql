with source as (
    {{ current_rows('zendesk', 'holidays') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_holiday_id,
        cast(schedule_id as varchar) as zendesk_schedule_id,
        name as holiday_name,
        start_date as first_date,
        end_date as last_date
    from source
)

select * from renamed
