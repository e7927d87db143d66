{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='ticket_id',
    meta={'touched': 'int_tickets__touched', 'surroundings': ['core_ticket_messages']},
    post_hook='{{ remember_build() }}'
) }}
with messages as (
    select every.* from {{ ref('core_ticket_messages') }} as every
    {{ only_touched('int_tickets__touched', 'every', ['ticket_id']) }}
),

tickets as (
    select * from {{ ref('int_tickets__recoded') }}
),

-- Where each change is told from the creation on, so is each comment; what was said in a chat is none.
told as (
    select histories.ticket_id
    from {{ ref('int_ticket_histories__chosen') }} as histories
    inner join tickets on histories.ticket_id = tickets.ticket_id
    where
        histories.is_complete and histories.counts_after is null and histories.has_messages
        and coalesce(tickets.channel, '') not in ('chat', 'messaging')
),

counted as (
    select
        messages.ticket_id,
        -- Without the message that opened the ticket, a later reply would pass for the first: then nothing is known.
        -- Nor is it where all messages came in what the ticket was before its last change: others may have followed.
        (
            bool_or(messages.sent_at <= tickets.created_at + interval 1 minute and tickets.has_whole_messages is null)
            and not bool_and(coalesce(messages.known_to < tickets.updated_at, false))
        )
        -- in a flat log neither a note nor a receipt, however early, is a conversation
        or coalesce(
            bool_or(tickets.has_whole_messages and messages.is_public and messages.author_kind != 'automatic'), false
        )
        or any_value(told.ticket_id) is not null as has_message_history,
        min(messages.sent_at) filter (where messages.is_agent_reply) as first_replied_at,
        count(*) filter (where messages.is_agent_reply) as agent_reply_count,
        count(distinct messages.author_key) filter (where messages.is_agent_reply) as answering_agent_count,
        count(*) filter (where messages.author_kind = 'customer' and messages.is_public) as customer_message_count,
        -- at least the one it came by; what an agent writes on the screen says where the agent sat
        greatest(
            count(distinct messages.channel) filter (
                where messages.author_kind != 'automatic'
                and (messages.author_kind not in ('agent', 'light_agent') or messages.channel != 'web')
            ), 1
        ) as touched_channel_count,
        bool_or(messages.is_opening and messages.author_kind in ('agent', 'light_agent')) as is_opened_by_agent
    from messages
    inner join tickets on messages.ticket_id = tickets.ticket_id
    left join told on messages.ticket_id = told.ticket_id
    group by messages.ticket_id
)

select * from counted
