-- Does a shop's history tell assignees and groups at all? A log of statuses alone is no history of who had a ticket. A
-- history that begins with the creation of its ticket tells both.
with changes as (
    select * from {{ ref('int_ticket_changes__unioned') }}
)

select
    source,
    instance,
    history_source,
    bool_or(has_creation or field_name = 'assignee') as has_assignees,
    bool_or(has_creation or field_name = 'group') as has_groups
from changes
group by source, instance, history_source
