-- Every delivered version: schedules change, and durations of the past are measured by the hours that held then.
-- Two deliveries with the same updated_at are one version; the later delivery wins.
with source as (
    {{ with_version('select * from ' ~ source('zendesk', 'schedules')) }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_schedule_id,
        name as schedule_name,
        time_zone as source_time_zone,
        created_at,
        coalesce(updated_at, created_at, _exported_at) as updated_at,
        _load_id,
        _row_number
    from source
    qualify
        row_number() over (
            partition by _source, _instance, id, coalesce(updated_at, created_at, _exported_at)
            order by _version desc, _row_number desc
        ) = 1
)

select * from renamed
