with versions as (
    select * from {{ ref('int_schedules__versioned') }}
),

unmeasurable as (
    select
        schedule_id,
        count(*) as version_count
    from {{ ref('int_schedules__unmeasurable') }}
    group by schedule_id
),

newest as (
    select * from versions
    qualify row_number() over (partition by schedule_id order by version_number desc) = 1
),

described as (
    select
        newest.schedule_id,
        newest.source,
        newest.instance,
        newest.source_schedule_id,
        newest.schedule_name,
        newest.source_time_zone,
        newest.time_zone,
        newest.time_zone is not null as is_time_zone_known,
        newest.created_at,
        newest.is_current,
        -- by one version at least; for whose time is int_schedules__unmeasurable's
        newest.version_number > coalesce(unmeasurable.version_count, 0) as is_usable
    from newest
    left join unmeasurable on newest.schedule_id = unmeasurable.schedule_id
),

ranked as (
    select
        *,
        -- Zendesk's default is the first schedule of its list: the oldest that still exists (decision 0202).
        is_current and row_number() over (
            partition by source, instance
            order by is_current desc, created_at asc, try_cast(source_schedule_id as bigint)
        ) = 1 as is_default
    from described
)

select * from ranked
