-- What a schedule was and from when. A version holds from its updated_at on; the first one known holds for all time
-- before it, since nothing earlier is known. Hours out of the settings are one more schedule, with one version.
with zendesk_versions as (
    select * from {{ ref('stg_zendesk__schedule_versions') }}
),

zones as (
    select * from {{ ref('rails_time_zones') }}
),

iana_zones as (
    select name as time_zone from pg_timezone_names()
),

unioned as (
    select
        source,
        instance,
        zendesk_schedule_id as source_schedule_id,
        schedule_name,
        source_time_zone,
        created_at,
        updated_at,
        _load_id,
        _row_number
    from zendesk_versions

    union all by name

    select
        'settings' as source,
        '' as instance,
        'business_hours' as source_schedule_id,
        'Business hours of the settings' as schedule_name,
        '{{ var('store_time_zone') }}' as source_time_zone,
        timestamp '1900-01-01 00:00:00' as created_at,
        timestamp '1900-01-01 00:00:00' as updated_at
    where {{ var('business_hours', []) | length }} > 0
),

zoned as (
    select
        unioned.*,
        coalesce(zones.time_zone, iana_zones.time_zone) as time_zone
    from unioned
    left join zones on trim(unioned.source_time_zone) = zones.rails_name
    left join iana_zones on trim(unioned.source_time_zone) = iana_zones.time_zone
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
