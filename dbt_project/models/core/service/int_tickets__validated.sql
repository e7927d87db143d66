-- Which tickets count, and why the others do not. The first reason that holds is the reason.
with tickets as (
    select * from {{ ref('int_tickets__recoded') }}
),

deletions as (
    select * from {{ ref('int_ticket_deletions__unioned') }}
),

users as (
    select * from {{ ref('int_desk_users__unioned') }}
),

-- a source of * is every source; a row for one source speaks before it
judged as (
    select
        shops.source,
        listed.instance,
        listed.source_ticket_id,
        listed.reason
    from (select distinct source from tickets) as shops
    inner join {{ ref('excluded_tickets') }} as listed on listed.source in (shops.source, '*')
    qualify
        row_number() over (
            partition by shops.source, coalesce(listed.instance, ''), listed.source_ticket_id
            order by listed.source = '*'
        ) = 1
),

losers as (
    select * from {{ ref('int_ticket_merges__unioned') }}
),

marked as (
    select
        tickets.* exclude (is_deleted),
        judged.reason as judged_reason,
        coalesce(tickets.is_merged, false) or losers.source_ticket_id is not null as is_merged_away,
        coalesce(tickets.status = 'deleted' or tickets.is_deleted, false)
        or coalesce(
            deletions.deleted_at >= coalesce(tickets.generated_at, tickets.updated_at),
            deletions.source_ticket_id is not null
        ) as is_deleted,
        coalesce(users.is_suspended, false) or coalesce(tickets.is_spam, false) as is_from_suspended
    from tickets
    left join losers
        on
            tickets.source = losers.source
            and tickets.instance = losers.instance
            and tickets.source_ticket_id = losers.source_ticket_id
    left join deletions
        on
            tickets.source = deletions.source
            and tickets.instance = deletions.instance
            and tickets.source_ticket_id = deletions.source_ticket_id
    left join users
        on
            tickets.source = users.source
            and tickets.instance = users.instance
            and tickets.requester_key = users.user_key
    left join judged
        on
            tickets.source = judged.source
            and tickets.instance = coalesce(judged.instance, '')
            and tickets.source_ticket_id = judged.source_ticket_id
),

reasoned as (
    select
        *,
        case
            when judged_reason is not null then 'left_out_by_hand'
            when coalesce(created_at < {{ calendar_start() }}, true) then 'time_unknown'
            when created_at >= {{ as_of() }} then 'after_as_of'
            when is_merged_away then 'merged'
            when coalesce(is_spam, false) or (is_deleted and is_from_suspended) then 'spam'
            when is_deleted and is_scrubbed then 'permanently_deleted'
            when is_deleted then 'deleted'
            when channel = 'sample' then 'sample'
        end as invalid_ticket_reason
    from marked
),

decided as (
    select
        ticket_id,
        source,
        instance,
        requester_key,
        created_at,
        invalid_ticket_reason,
        invalid_ticket_reason is null as is_valid_ticket
    from reasoned
)

select * from decided
