-- The tickets a delivery not yet built in can have changed, by every id their records ever had. A superset is right.
with keys as (
    {{ touched_keys('zendesk', 'tickets', 'source_ticket_id', ['id']) }}
    union all
    {{ touched_keys('zendesk', 'ticket_audits', 'source_ticket_id', ['ticket_id']) }}
    union all
    {{ touched_keys('zendesk', 'ticket_events', 'source_ticket_id', ['ticket_id']) }}
    union all
    {{ touched_keys('zendesk', 'ticket_metrics', 'source_ticket_id', ['ticket_id']) }}
    union all
    {{ touched_keys('zendesk', 'ticket_schedules', 'source_ticket_id', ['ticket_id']) }}
    union all
    {{ touched_keys('entity', 'tickets', 'source_ticket_id', ['ticket_key']) }}
    union all
    {{ touched_keys('entity', 'ticket_events', 'source_ticket_id', ['ticket_key']) }}
),

once as (
    select distinct * from keys
)

select
    {{ surrogate_key(['source', 'instance', 'source_ticket_id']) }} as ticket_id,
    *
from once
