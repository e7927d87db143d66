-- The stretches of time over which a zone keeps one distance from UTC. Days on which it changes are looked at minute by
-- minute, so half-hour shifts and changes at odd minutes come out right.
with zones as (
    select distinct time_zone
    from {{ ref('int_schedules__versioned') }}
    where time_zone is not null
),

bounds as (
    select * from {{ ref('int_service_days__bounded') }}
),

days as (
    select
        unnest(generate_series(
            cast(first_date as timestamp) - interval 2 day,
            cast(last_date as timestamp) + interval 2 day,
            interval 1 day
        )) as starts_at
    from bounds
),

daily as (
    select
        zones.time_zone,
        days.starts_at,
        {{ utc_offset_seconds('days.starts_at', 'zones.time_zone') }} as offset_seconds
    from days
    cross join zones
),

changing_days as (
    select
        *,
        lead(offset_seconds) over (partition by time_zone order by starts_at) as next_offset_seconds
    from daily
    qualify offset_seconds != next_offset_seconds
),

minutes as (
    select
        time_zone,
        unnest(generate_series(starts_at, starts_at + interval 1 day, interval 1 minute)) as starts_at
    from changing_days
),

sampled as (
    select
        time_zone,
        starts_at,
        {{ utc_offset_seconds('starts_at', 'time_zone') }} as offset_seconds
    from minutes

    union

    select * from daily
),

changed as (
    select
        *,
        lag(offset_seconds) over (partition by time_zone order by starts_at) as offset_before
    from sampled
    qualify offset_before is null or offset_before != offset_seconds
)

select
    time_zone,
    starts_at as valid_from,
    coalesce(
        lead(starts_at) over (partition by time_zone order by starts_at), timestamp '2200-01-01 00:00:00'
    ) as valid_to,
    offset_seconds
from changed
