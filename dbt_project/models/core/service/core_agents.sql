-- Everybody who works on tickets: agents by role now or once, and whoever was given a ticket.
with users as (
    select * from {{ ref('int_desk_users__unioned') }}
),

role_spans as (
    select
        source,
        instance,
        agent_key,
        arg_max(role_kind, valid_from) as role_kind_now,
        case when role_kind_now = 'customer' then max(valid_from) end as lost_role_at
    from {{ ref('int_agents__role_spans') }}
    group by source, instance, agent_key
),

assigned as (
    select distinct
        source,
        instance,
        assigned_key as agent_key
    from {{ ref('core_ticket_assignments') }}
    where assignment_type = 'assignee'

    union

    select distinct
        source,
        instance,
        assignee_key as agent_key
    from {{ ref('int_tickets__unioned') }}
    where assignee_key is not null

    union

    select distinct
        source,
        instance,
        author_key as agent_key
    from {{ ref('core_ticket_messages') }}
    where author_kind in ('agent', 'light_agent') and author_key is not null
),

people as (
    select
        source,
        instance,
        agent_key
    from role_spans
    union
    select
        source,
        instance,
        agent_key
    from assigned
),

memberships as (
    select
        source,
        instance,
        user_key,
        count(*) as group_count
    from {{ ref('int_desk_group_members__unioned') }}
    group by source, instance, user_key
),

described as (
    select
        {{ surrogate_key(['people.source', 'people.instance', 'people.agent_key']) }} as agent_id,
        people.source,
        people.instance,
        people.agent_key,
        case
            when role_spans.role_kind_now = 'agent' and users.is_admin then 'admin'
            when role_spans.role_kind_now in ('agent', 'light_agent') then role_spans.role_kind_now
            when users.user_key is not null then 'former_agent'
            else 'unknown'
        end as agent_role,
        coalesce(role_spans.role_kind_now in ('agent', 'light_agent') and users.is_active, false) as is_active,
        role_spans.lost_role_at,
        desk_groups.group_name as default_group_name,
        memberships.group_count,
        users.created_at,
        users._source_table,
        users._load_id,
        users._row_number
    from people
    left join role_spans
        on
            people.source = role_spans.source
            and people.instance = role_spans.instance
            and people.agent_key = role_spans.agent_key
    left join users
        on
            people.source = users.source
            and people.instance = users.instance
            and people.agent_key = users.user_key
    left join {{ ref('int_desk_groups__unioned') }} as desk_groups
        on
            users.source = desk_groups.source
            and users.instance = desk_groups.instance
            and users.default_group_key = desk_groups.group_key
    left join memberships
        on
            people.source = memberships.source
            and people.instance = memberships.instance
            and people.agent_key = memberships.user_key
)

select * from described
