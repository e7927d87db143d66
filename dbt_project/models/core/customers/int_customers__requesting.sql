-- Who asked the help desk something, told by the tickets: each names its requester, and a list of users is not always
-- delivered (the account export, a flat file of tickets). The desk's own people are no customers.
with tickets as (
    select * from {{ ref('int_tickets__unioned') }}
    where coalesce(requester_key, requester_email, requester_phone) is not null
),

staff as (
    select * from {{ ref('int_desk_users__unioned') }}
    where is_staff
),

asked as (
    select tickets.*
    from tickets
    anti join staff
        on
            tickets.source = staff.source
            and tickets.instance = staff.instance
            and tickets.requester_key = staff.user_key
)

select
    source,
    instance,
    requester_key,
    requester_email as email,
    requester_phone as phone,
    min(created_at) filter (where created_at >= {{ calendar_start() }}) as first_requested_at,
    max(created_at) as last_requested_at,
    -- the newest ticket stands for all that left the same trace
    arg_max(_source_table, (created_at, source_ticket_id)) as _source_table,
    arg_max(_load_id, (created_at, source_ticket_id)) as _load_id,
    arg_max(_row_number, (created_at, source_ticket_id)) as _row_number
from asked
group by source, instance, requester_key, requester_email, requester_phone
