with source as (
    {{ current_rows('zendesk', 'tickets') }}
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
    from source
    where metric_set is not null
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(id as varchar) as zendesk_ticket_id,
        coalesce(
            timezone('UTC', try_cast(metrics.updated_at as timestamptz)), generated_timestamp, updated_at
        ) as updated_at,
        timezone('UTC', try_cast(metrics.solved_at as timestamptz)) as solved_at,
        metrics.group_stations as group_station_count,
        metrics.assignee_stations as assignee_station_count,
        metrics.reopens as reopen_count,
        metrics.replies as reply_count,
        metrics.reply_time_in_minutes.calendar as first_response_calendar_minutes,
        metrics.reply_time_in_minutes.business as first_response_business_minutes,
        metrics.first_resolution_time_in_minutes.calendar as first_resolution_calendar_minutes,
        metrics.first_resolution_time_in_minutes.business as first_resolution_business_minutes,
        metrics.full_resolution_time_in_minutes.calendar as full_resolution_calendar_minutes,
        metrics.full_resolution_time_in_minutes.business as full_resolution_business_minutes,
        metrics.requester_wait_time_in_minutes.calendar as requester_wait_calendar_minutes,
        metrics.requester_wait_time_in_minutes.business as requester_wait_business_minutes,
        metrics.agent_wait_time_in_minutes.calendar as agent_wait_calendar_minutes,
        metrics.agent_wait_time_in_minutes.business as agent_wait_business_minutes,
        metrics.on_hold_time_in_minutes.calendar as on_hold_calendar_minutes,
        metrics.on_hold_time_in_minutes.business as on_hold_business_minutes
    from parsed
)

select * from renamed
