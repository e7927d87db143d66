{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched'}, post_hook='{{ remember_build() }}'
) }}
-- The help desk's own figures, the newest a ticket. They stand in only where a ticket has no history of its own.
with listed as (
    select
        * exclude (zendesk_ticket_id),
        zendesk_ticket_id as source_ticket_id
    from {{ ref('stg_zendesk__ticket_metrics') }}
),

embedded as (
    select
        * exclude (zendesk_ticket_id),
        zendesk_ticket_id as source_ticket_id
    from {{ ref('stg_zendesk__ticket_embedded_metrics') }}
),

parsed as (
    select
        *,
        from_json(
            metric_set,
            '{
                "updated_at": "VARCHAR", "solved_at": "VARCHAR", "group_stations": "BIGINT", "assignee_stations": "BIGINT",
                "reopens": "BIGINT", "replies": "BIGINT",
                "reply_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
                "first_resolution_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
                "full_resolution_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
                "agent_wait_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
                "requester_wait_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"},
                "on_hold_time_in_minutes": {"calendar": "BIGINT", "business": "BIGINT"}
            }'
        ) as metrics
    from embedded
    {{ only_touched('int_tickets__touched', 'embedded', ['source', 'instance', 'source_ticket_id']) }}
),

unioned as (
    select
        *,
        1 as preference
    from listed

    union all by name

    select
        source,
        instance,
        source_ticket_id,
        coalesce(timezone('UTC', try_cast(metrics.updated_at as timestamptz)), ticket_updated_at) as updated_at,
        timezone('UTC', try_cast(metrics.solved_at as timestamptz)) as solved_at,
        metrics.group_stations as group_station_count,
        metrics.assignee_stations as assignee_station_count,
        metrics.reopens as reopen_count,
        metrics.replies as reply_count,
        metrics.reply_time_in_minutes.calendar as first_response_calendar_minutes,
        metrics.reply_time_in_minutes.business as first_response_business_minutes,
        {%- for duration in service_durations() if duration != 'first_response' %}
            metrics.{{ duration }}_time_in_minutes.calendar as {{ duration }}_calendar_minutes,
            metrics.{{ duration }}_time_in_minutes.business as {{ duration }}_business_minutes,
        {%- endfor %}
        2 as preference
    from parsed
),

newest as (
    select
        {{ surrogate_key(['source', 'instance', 'source_ticket_id']) }} as ticket_id,
        unioned.* exclude (preference)
    from unioned
    {{ only_touched('int_tickets__touched', 'unioned', ['source', 'instance', 'source_ticket_id']) }}
    qualify
        row_number() over (
            partition by source, instance, source_ticket_id order by updated_at desc nulls last, preference asc
        ) = 1
)

select * from newest
