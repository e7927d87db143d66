with source as (
    {{ current_rows('zendesk', 'ticket_metrics') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        cast(ticket_id as varchar) as zendesk_ticket_id,
        updated_at,
        solved_at,
        group_stations as group_station_count,
        assignee_stations as assignee_station_count,
        reopens as reopen_count,
        replies as reply_count,
        reply_time_calendar as first_response_calendar_minutes,
        reply_time_business as first_response_business_minutes,
        first_resolution_time_calendar as first_resolution_calendar_minutes,
        first_resolution_time_business as first_resolution_business_minutes,
        full_resolution_time_calendar as full_resolution_calendar_minutes,
        full_resolution_time_business as full_resolution_business_minutes,
        requester_wait_time_calendar as requester_wait_calendar_minutes,
        requester_wait_time_business as requester_wait_business_minutes,
        agent_wait_time_calendar as agent_wait_calendar_minutes,
        agent_wait_time_business as agent_wait_business_minutes,
        on_hold_time_calendar as on_hold_calendar_minutes,
        on_hold_time_business as on_hold_business_minutes
    from source
)

select * from renamed
