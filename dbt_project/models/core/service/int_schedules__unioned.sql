{{ config(materialized='ephemeral') }}
-- Every delivered version of a schedule. Hours out of the settings are one more schedule, with one version.
with zendesk_versions as (
    select * from {{ ref('stg_zendesk__schedule_versions') }}
),

zendesk_schedules as (
    select * from {{ ref('stg_zendesk__schedules') }}
),

unioned as (
    select
        versions.source,
        versions.instance,
        versions.zendesk_schedule_id as source_schedule_id,
        versions.schedule_name,
        versions.source_time_zone,
        versions.created_at,
        versions.updated_at,
        listed.zendesk_schedule_id is not null as is_current,
        versions._load_id,
        versions._row_number
    from zendesk_versions as versions
    left join zendesk_schedules as listed
        on
            versions.source = listed.source
            and versions.instance = listed.instance
            and versions.zendesk_schedule_id = listed.zendesk_schedule_id

    union all by name

    select
        'settings' as source,
        '' as instance,
        'business_hours' as source_schedule_id,
        'Business hours of the settings' as schedule_name,
        '{{ var('store_time_zone') }}' as source_time_zone,
        timestamp '1900-01-01 00:00:00' as created_at,
        timestamp '1900-01-01 00:00:00' as updated_at,
        true as is_current
    where {{ var('business_hours', []) | length }} > 0
)

select * from unioned
