-- What tells of a ticket that nobody delivered: no number can be made of it before the ticket itself comes.
with tickets as (
    select * from {{ ref('int_tickets__unioned') }}
),

told as (
    select * from {{ ref('int_ticket_records__unioned') }}
),

-- an event has a row for each of its parts
orphaned as (
    select distinct
        told.entity,
        told.source,
        told.instance,
        told.source_ticket_id,
        told.record_key
    from told
    anti join tickets
        on
            told.source = tickets.source
            and told.instance = tickets.instance
            and told.source_ticket_id = tickets.source_ticket_id
)

select
    entity,
    source,
    count(*) as record_count
from orphaned
group by entity, source
