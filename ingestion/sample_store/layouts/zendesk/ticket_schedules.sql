-- Which schedule a ticket had since when: a second after it came, and with the change of groups that changed it.
-- Of some tickets under the desk's first schedule nothing is told: it is theirs all the same.
with turns as (
    select e.ticket_index, e.happened_at, e.is_create, a.schedule_id, a.schedule_id <> b.schedule_id as is_change
    from ticket_events as e
    join groups as a on a.group_id = e.group_after
    left join groups as b on b.group_id = e.group_before
),
told as (
    select ticket_index, schedule_id, if(is_create, happened_at + interval 1 second, happened_at) as told_at
    from turns
    where is_change or is_create and (ticket_index % 3 > 0 or schedule_id > 360001
        or ticket_index in (select ticket_index from turns where is_change))
)
select to_json({ticket_id: t.ticket_id, schedule_id: told.schedule_id, created_at: utc_text(told.told_at)})::varchar as line
from told
join tickets as t using (ticket_index)
where told.told_at < as_of() and told.told_at >= getvariable('updated_from')::timestamp
order by t.ticket_id, told.told_at
