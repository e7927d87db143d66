{{ config(materialized='view') }}
with tickets as (
    select * from {{ ref('core_tickets') }}
),

final as (
    select
        ticket_id,
        customer_id,
        agent_id,
        source,
        instance,
        source_ticket_id,
        created_at,
        created_date,
        updated_at,
        status,
        priority,
        channel,
        ticket_type,
        group_name,
        is_valid_ticket,
        invalid_ticket_reason,
        is_open,
        is_solved,
        is_follow_up,
        is_opened_by_agent,
        satisfaction_score,
        history_source,
        has_status_history,
        has_message_history,
        is_history_consistent,
        has_impossible_times,
        first_replied_at,
        first_solved_at,
        fully_solved_at,
        closed_at,
        {%- for duration in service_durations() %}
            {{ duration }}_calendar_minutes,
            {{ duration }}_business_all_schedules_minutes,
            {{ duration }}_business_last_schedule_minutes,
        {%- endfor %}
        agent_reply_count,
        answering_agent_count,
        customer_message_count,
        touched_channel_count,
        reopen_count,
        reassignment_count,
        group_reassignment_count,
        assignee_station_count,
        group_station_count,
        is_one_touch,
        is_first_contact_resolved,
        sla_count,
        sla_met_count,
        sla_breached_count
    from tickets
)

select * from final
