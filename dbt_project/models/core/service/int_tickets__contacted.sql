-- The next time the same customer wrote, whatever about: what first contact resolution is judged by.
with tickets as (
    select * from {{ ref('int_tickets__validated') }}
    where is_valid_ticket
),

identified as (
    select * from {{ ref('int_tickets__identified') }}
),

persons as (
    select
        tickets.ticket_id,
        tickets.created_at,
        coalesce(
            identified.customer_id, concat_ws('|', tickets.source, tickets.instance, tickets.requester_key)
        ) as person_key
    from tickets
    left join identified on tickets.ticket_id = identified.ticket_id
    where identified.customer_id is not null or tickets.requester_key is not null
),

followed as (
    select
        ticket_id,
        -- of two tickets of one instant each is the other's next
        case
            when count(*) over (partition by person_key, created_at) > 1 then created_at
            else lead(created_at) over (partition by person_key order by created_at)
        end as next_contact_at
    from persons
)

select * from followed
