with agents as (
    select * from {{ ref('core_agents') }}
),

assigned as (
    select
        agent_id,
        count(*) as assigned_ticket_count,
        min(created_at) as first_ticket_at,
        max(created_at) as last_ticket_at
    from {{ ref('core_tickets') }}
    where is_valid_ticket and agent_id is not null
    group by agent_id
),

replied as (
    select
        author_id as agent_id,
        count(*) as reply_count,
        count(distinct ticket_id) as answered_ticket_count
    from {{ ref('core_ticket_messages') }}
    where is_agent_reply
    group by author_id
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
