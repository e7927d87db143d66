-- Versions of a schedule whose zone nobody knows, or which name no open hours: their time measures nothing.
with versions as (
    select * from {{ ref('int_schedules__versioned') }}
),

weeks as (
    select distinct
        schedule_id,
        version_number
    from {{ ref('int_schedule_weeks__unioned') }}
)

select
    versions.schedule_id,
    versions.version_number,
    versions.valid_from,
    versions.valid_to
from versions
left join weeks on versions.schedule_id = weeks.schedule_id and versions.version_number = weeks.version_number
where versions.time_zone is null or weeks.schedule_id is null
