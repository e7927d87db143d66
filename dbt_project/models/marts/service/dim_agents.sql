with agents as (
    select * from {{ ref('core_agents') }}
),

tickets as (
    select * from {{ ref('core_tickets') }}
    where is_valid_ticket
),

assigned as (
    select
        agent_id,
        count(*) as assigned_ticket_count,
        min(created_at) as first_ticket_at,
        max(created_at) as last_ticket_at
    from tickets
    where agent_id is not null
    group by agent_id
),

replied as (
    select
        messages.author_id as agent_id,
        count(*) as reply_count,
        count(distinct messages.ticket_id) as answered_ticket_count
    from {{ ref('core_ticket_messages') }} as messages
    inner join tickets on messages.ticket_id = tickets.ticket_id
    where messages.is_agent_reply
    group by messages.author_id
),

final as (
    select
        agents.agent_id,
        agents.source,
        agents.instance,
        agents.agent_role,
        agents.is_active,
        agents.lost_role_at,
        agents.default_group_name,
        agents.group_count,
        agents.created_at,
        coalesce(assigned.assigned_ticket_count, 0) as assigned_ticket_count,
        coalesce(replied.answered_ticket_count, 0) as answered_ticket_count,
        coalesce(replied.reply_count, 0) as reply_count,
        assigned.first_ticket_at,
        assigned.last_ticket_at
    from agents
    left join assigned on agents.agent_id = assigned.agent_id
    left join replied on agents.agent_id = replied.agent_id
)

select * from final
