-- The open stretches of a week, cut at midnight so that each belongs to one day of the week (0 = Sunday).
with versions as (
    select * from {{ ref('int_schedules__versioned') }}
),

intervals as (
    select * from {{ ref('stg_zendesk__schedule_intervals') }}
),

settings as (
    select unnest(from_json(
        '{{ tojson(var('business_hours', [])) }}', '[{"day": "VARCHAR", "opens": "VARCHAR", "closes": "VARCHAR"}]'
    )) as hours
),

week_stretches as (
    select
        versions.schedule_id,
        versions.version_number,
        intervals.opens_week_minute,
        intervals.closes_week_minute
    from versions
    inner join intervals
        on
            versions._load_id = intervals._load_id
            and versions._row_number = intervals._parent_row_number
            and versions.source_schedule_id = intervals.zendesk_schedule_id
            and versions.instance = intervals.instance

    union all by name

    select
        versions.schedule_id,
        versions.version_number,
        day_start + {{ clock_minutes('hours.opens') }} as opens_week_minute,
        day_start + {{ clock_minutes('hours.closes') }} as closes_week_minute
    from settings
    inner join versions on versions.source = 'settings'
    cross join lateral (
        select
            1440
            * (list_position(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'], lower(left(hours.day, 3))) - 1)
                as day_start
    ) as days
),

day_stretches as (
    select
        week_stretches.schedule_id,
        week_stretches.version_number,
        day_of_week.day_number,
        greatest(week_stretches.opens_week_minute - 1440 * day_of_week.day_number, 0) as opens_day_minute,
        least(week_stretches.closes_week_minute - 1440 * day_of_week.day_number, 1440) as closes_day_minute
    from week_stretches
    cross join (select unnest(range(7)) as day_number) as day_of_week
)

select * from day_stretches
where opens_day_minute < closes_day_minute
