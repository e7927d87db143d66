-- What a schedule was and from when. A version holds from its updated_at on; the first one known holds for all time
-- before it, since nothing earlier is known.
with versions as (
    select * from {{ ref('int_schedules__unioned') }}
),

zones as (
    select * from {{ ref('rails_time_zones') }}
),

iana_zones as (
    select name as time_zone from pg_timezone_names()
),

zoned as (
    select
        versions.*,
        coalesce(zones.time_zone, iana_zones.time_zone) as time_zone
    from versions
    left join zones on trim(versions.source_time_zone) = zones.rails_name
    left join iana_zones on trim(versions.source_time_zone) = iana_zones.time_zone
),

versioned as (
    select
        {{ surrogate_key(['source', 'instance', 'source_schedule_id']) }} as schedule_id,
        *,
        row_number() over by_schedule as version_number,
        case
            when row_number() over by_schedule = 1 then timestamp '1900-01-01 00:00:00' else updated_at
        end as valid_from,
        coalesce(lead(updated_at) over by_schedule, timestamp '2200-01-01 00:00:00') as valid_to
    from zoned
    window by_schedule as (partition by source, instance, source_schedule_id order by updated_at)
)

select * from versioned
