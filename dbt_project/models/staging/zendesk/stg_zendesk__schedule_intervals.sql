with source as (
    select * from {{ source('zendesk', 'schedules_intervals') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(schedule_id as varchar) as zendesk_schedule_id,
        start_time as opens_week_minute,
        end_time as closes_week_minute,
        _load_id,
        _parent_row_number
    from source
)

select * from renamed
