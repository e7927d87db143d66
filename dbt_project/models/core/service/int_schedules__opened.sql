-- Every stretch a schedule was open, in UTC, with the open time before it. Open time between two instants is then the
-- difference of two look-ups, however long the ticket took.
with weeks as (
    select * from {{ ref('int_schedule_weeks__unioned') }}
),

versions as (
    select * from {{ ref('int_schedules__versioned') }}
    where time_zone is not null
),

offsets as (
    select * from {{ ref('int_time_zones__offset') }}
),

holidays as (
    select * from {{ ref('int_holidays__unioned') }}
),

local_days as (
    select unnest(generate_series(first_date, last_date, interval 1 day)) as local_date
    from {{ ref('int_service_days__bounded') }}
),

local_stretches as (
    select
        versions.schedule_id,
        versions.time_zone,
        versions.valid_from,
        versions.valid_to,
        local_days.local_date + to_minutes(weeks.opens_day_minute) as opens_local,
        local_days.local_date + to_minutes(weeks.closes_day_minute) as closes_local
    from local_days
    inner join weeks on extract(dow from local_days.local_date) = weeks.day_number
    inner join versions
        on weeks.schedule_id = versions.schedule_id and weeks.version_number = versions.version_number
    anti join holidays
        on
            local_days.local_date between holidays.first_date and holidays.last_date
            and versions.source = holidays.source
            and versions.instance = holidays.instance
            and coalesce(holidays.source_schedule_id, versions.source_schedule_id) = versions.source_schedule_id
),

-- A local hour that comes twice lies in two offset stretches and counts twice; one that never comes lies in none.
utc_stretches as (
    select
        local_stretches.schedule_id,
        greatest(
            local_stretches.opens_local - to_seconds(offsets.offset_seconds),
            offsets.valid_from, local_stretches.valid_from
        ) as opened_at,
        least(
            local_stretches.closes_local - to_seconds(offsets.offset_seconds),
            offsets.valid_to, local_stretches.valid_to
        ) as closed_at
    from local_stretches
    inner join offsets
        on
            local_stretches.time_zone = offsets.time_zone
            and local_stretches.opens_local - to_seconds(offsets.offset_seconds) < offsets.valid_to
            and local_stretches.closes_local - to_seconds(offsets.offset_seconds) > offsets.valid_from
),

-- Stretches that touch or overlap become one, so that no minute is counted twice.
numbered as (
    select
        *,
        case
            when opened_at <= max(closed_at) over (
                partition by schedule_id order by opened_at, closed_at rows between unbounded preceding and 1 preceding
            ) then 0
            else 1
        end as is_new_stretch
    from utc_stretches
    where opened_at < closed_at
),

grouped as (
    select
        *,
        sum(is_new_stretch) over (
            partition by schedule_id order by opened_at, closed_at rows between unbounded preceding and current row
        ) as stretch_number
    from numbered
),

merged as (
    select
        schedule_id,
        min(opened_at) as opened_at,
        max(closed_at) as closed_at
    from grouped
    group by schedule_id, stretch_number
),

cumulated as (
    select
        *,
        date_diff('microsecond', opened_at, closed_at) as open_microseconds,
        coalesce(
            sum(date_diff('microsecond', opened_at, closed_at)) over (
                partition by schedule_id order by opened_at rows between unbounded preceding and 1 preceding
            ), 0
        ) as open_microseconds_before
    from merged
)

select
    schedule_id,
    opened_at,
    closed_at,
    cast(open_microseconds_before as bigint) as open_microseconds_before
from cumulated
