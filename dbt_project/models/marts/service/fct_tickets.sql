with tickets as (
    select * from {{ ref('core_tickets') }}
),

slas as (
    select
        ticket_id,
        count(*) as sla_count,
        count(*) filter (where sla_state = 'met') as sla_met_count,
        count(*) filter (where sla_state = 'breached') as sla_breached_count
    from {{ ref('core_ticket_slas') }}
    group by ticket_id
),

final as (
    select
        tickets.ticket_id,
        tickets.customer_id,
        tickets.agent_id,
        tickets.source,
        tickets.instance,
        tickets.created_at,
        tickets.created_day,
        tickets.updated_at,
        tickets.status,
        tickets.priority,
        tickets.channel,
        tickets.ticket_type,
        tickets.group_name,
        tickets.is_valid_ticket,
        tickets.invalid_ticket_reason,
        tickets.is_open,
        tickets.is_solved,
        tickets.is_follow_up,
        tickets.is_opened_by_agent,
        tickets.satisfaction_score,
        tickets.history_source,
        tickets.has_status_history,
        tickets.has_message_history,
        tickets.is_history_consistent,
        tickets.has_impossible_times,
        tickets.first_replied_at,
        tickets.first_solved_at,
        tickets.fully_solved_at,
        tickets.closed_at,
        {%- for duration in service_durations() %}
            tickets.{{ duration }}_calendar_minutes,
            tickets.{{ duration }}_business_all_schedules_minutes,
            tickets.{{ duration }}_business_last_schedule_minutes,
        {%- endfor %}
        tickets.agent_reply_count,
        tickets.answering_agent_count,
        tickets.customer_message_count,
        tickets.touched_channel_count,
        tickets.reopen_count,
        tickets.reassignment_count,
        tickets.group_reassignment_count,
        tickets.assignee_station_count,
        tickets.group_station_count,
        tickets.is_one_touch,
        tickets.is_first_contact_resolved,
        coalesce(slas.sla_count, 0) as sla_count,
        coalesce(slas.sla_met_count, 0) as sla_met_count,
        coalesce(slas.sla_breached_count, 0) as sla_breached_count
    from tickets
    left join slas on tickets.ticket_id = slas.ticket_id
)

select * from final
