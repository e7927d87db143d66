{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched', 'surroundings': ['int_agents__role_spans']},
    post_hook='{{ remember_build() }}'
) }}
with messages as (
    select
        told.*,
        {{ seed_word('ticket_author_words', 'source_author_role', 'author_kind', 'told', other_word=false) }}
            as stated_role_kind
    from {{ ref('int_ticket_messages__unioned') }} as told
    {{ only_touched('int_tickets__touched', 'told', ['ticket_id']) }}
),

tickets as (
    select * from {{ ref('int_tickets__unioned') }}
),

roles as (
    select * from {{ ref('int_agents__role_spans') }}
),

-- a source of * is every source, no instance every instance; one author once, however many rows name him
bots as (
    select distinct
        shops.source,
        shops.instance,
        authors.author_key
    from (
        select distinct
            source,
            instance
        from messages
    ) as shops
    inner join {{ ref('service_bot_authors') }} as authors
        on
            authors.source in (shops.source, '*')
            and coalesce(nullif(authors.instance, ''), shops.instance) = shops.instance
),

-- Only somebody with the right to answer can be a ticket's assignee, then or now: a former agent is known by that.
assignees as (
    select
        ticket_id,
        assigned_key
    from {{ ref('core_ticket_assignments') }}
    where assignment_type = 'assignee'

    union

    select
        {{ surrogate_key(['every.source', 'every.instance', 'every.source_ticket_id']) }} as ticket_id,
        every.assigned_key
    from {{ ref('int_ticket_assignees__unioned') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['source', 'instance', 'source_ticket_id']) }}
),

channels as (
    select
        source,
        source_channel,
        {{ seed_word('ticket_channel_words', 'source_channel', 'channel', 'written') }} as channel,
        {{ seed_word('ticket_channel_words', 'source_channel', 'is_automatic', 'written', other_word=false) }}
            as is_automatic
    from (
        select distinct
            source,
            source_channel
        from messages
        where source_channel is not null
    ) as written
),

joined as (
    select
        messages.ticket_message_id,
        messages.ticket_id,
        messages.source,
        messages.instance,
        messages.source_message_id,
        messages.sent_at,
        messages.author_key,
        messages.known_to,
        coalesce(messages.is_public, false) as is_public,
        channels.channel,
        tickets.created_at as ticket_created_at,
        tickets.requester_key,
        tickets.submitter_key,
        messages.stated_role_kind,
        messages.source_author_role is not null and messages.stated_role_kind is null as is_author_role_unknown,
        coalesce(
            channels.is_automatic or messages.is_stated_automatic or bots.author_key is not null
            or messages.source_relation = 'merge' or messages.stated_role_kind = 'automatic', false
        ) as is_automatic,
        coalesce(messages.stated_role_kind, roles.role_kind) as role_kind,
        assignees.assigned_key is not null
        or coalesce(messages.author_key = tickets.assignee_key, false) as was_assignee,
        row_number() over (
            partition by messages.ticket_id
            order by messages.sent_at, messages.message_order, messages.source_message_id
        ) as message_number
    from messages
    inner join tickets on messages.ticket_id = tickets.ticket_id
    left join channels on messages.source = channels.source and messages.source_channel = channels.source_channel
    left join bots
        on
            messages.source = bots.source
            and messages.instance = bots.instance
            and messages.author_key = bots.author_key
    left join assignees
        on messages.ticket_id = assignees.ticket_id and messages.author_key = assignees.assigned_key
    left join roles
        on
            messages.source = roles.source
            and messages.instance = roles.instance
            and messages.author_key = roles.agent_key
            and messages.sent_at >= roles.valid_from
            and messages.sent_at < coalesce(roles.valid_to, timestamp '9999-12-31 00:00:00')
),

judged as (
    select
        *,
        case
            when is_automatic then 'automatic'
            -- the source's own word first: its agents and customers may each be numbered from 1
            when stated_role_kind in ('agent', 'light_agent') then stated_role_kind
            when author_key = requester_key then 'customer'
            when role_kind in ('agent', 'light_agent') then role_kind
            when was_assignee and stated_role_kind is null then 'agent'
            when role_kind = 'customer' then 'customer'
            when author_key is null then 'unknown'
            else 'other_person'
        end as author_kind,
        -- The submitter writes the first comment. Where no submitter is known, it is what came with the ticket.
        message_number = 1
        and case when submitter_key is null then sent_at <= ticket_created_at else true end
        and not coalesce(submitter_key = requester_key and author_key != requester_key, false) as is_opening
    from joined
),

finished as (
    select
        * exclude (ticket_created_at, requester_key, submitter_key, role_kind, stated_role_kind, was_assignee),
        {{ surrogate_key(['source', 'instance', 'author_key']) }} as author_id,
        is_public and author_kind = 'agent' and not is_opening as is_agent_reply
    from judged
)

select * from finished
