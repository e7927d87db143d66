with tickets as (
    select * from {{ ref('int_tickets__described') }}
),

validated as (
    select * from {{ ref('int_tickets__validated') }}
),

contacted as (
    select * from {{ ref('int_tickets__contacted') }}
),

identified as (
    select * from {{ ref('int_tickets__identified') }}
),

desk_groups as (
    select * from {{ ref('int_desk_groups__unioned') }}
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

joined as (
    select
        identified.customer_id,
        tickets.* exclude (group_key, group_name, satisfaction_score, is_stated_sla_met),
        coalesce(tickets.group_name, desk_groups.group_name) as group_name,
        validated.is_valid_ticket,
        validated.invalid_ticket_reason,
        -- an answer of the list, but for one that the ticket carries and that is newer
        case
            when tickets.satisfaction_score in ('good', 'bad') and tickets.updated_at > ratings.rated_at
                then tickets.satisfaction_score
            when ratings.score in ('good', 'bad') then ratings.score
            -- nobody takes an offer back: a ticket that knows of none is older than it
            else coalesce(nullif(tickets.satisfaction_score, 'unoffered'), ratings.score, tickets.satisfaction_score)
        end as satisfaction_score,
        contacted.next_contact_at,
        -- without clocks the source's own verdict is one; what it kept so far is met once it is done
        coalesce(slas.sla_count, cast(tickets.is_stated_sla_met is not null as bigint)) as sla_count,
        coalesce(
            slas.sla_met_count, cast(coalesce(tickets.is_stated_sla_met and tickets.is_solved, false) as bigint)
        ) as sla_met_count,
        coalesce(slas.sla_breached_count, cast(coalesce(not tickets.is_stated_sla_met, false) as bigint))
            as sla_breached_count
    from tickets
    inner join validated on tickets.ticket_id = validated.ticket_id
    left join contacted on tickets.ticket_id = contacted.ticket_id
    left join identified on tickets.ticket_id = identified.ticket_id
    left join slas on tickets.ticket_id = slas.ticket_id
    left join {{ ref('int_ticket_ratings__chosen') }} as ratings on tickets.ticket_id = ratings.ticket_id
    left join desk_groups
        on
            tickets.source = desk_groups.source
            and tickets.instance = desk_groups.instance
            and tickets.group_key = desk_groups.group_key
),

judged as (
    select
        *,
        -- a history that ends before the ticket does may lack a reply, the desk's own count to the last solve does not
        case
            when agent_reply_count <= 1 and not (is_history_consistent or coalesce(is_history_cut_off, false)) then null
            when agent_reply_count is not null then is_solved and agent_reply_count = 1
        end as is_one_touch,
        -- The window of a ticket solved a moment ago is still open: nobody can know yet.
        case
            when not is_solved or is_one_touch is null or not is_valid_ticket then null
            -- who came back to the very ticket is a new contact, too
            when not is_one_touch or reopen_count > 0 then false
            when customer_id is null and requester_key is null then null
            when next_contact_at <= {{ fcr_window_end('fully_solved_at') }} then false
            when {{ fcr_window_end('fully_solved_at') }} <= {{ as_of() }} then true
        end as is_first_contact_resolved
    from joined
)

select * from judged
