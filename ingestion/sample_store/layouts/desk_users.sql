-- People and strangers who wrote to the help desk, and its agents. Who sent rubbish is suspended when it is deleted.
create table desk_users as
select user_id, 'end-user' as role, first_name || ' ' || last_name as name, desk_email as email, phone,
    first_ticket_at as created_at, null::bigint as group_id, null::timestamp as suspended_at, null::timestamp as left_at
from people
join (select requester_id as user_id, min(created_at) as first_ticket_at from tickets group by requester_id) using (user_id)
union all
select requester_id, 'end-user', 'Visitor ' || requester_id, 'visitor' || requester_id || '@elsewhere.example', null, min(created_at), null,
    min(deletions.happened_at), null
from tickets
left join ticket_events as deletions
    on tickets.kind = 4 and deletions.ticket_index = tickets.ticket_index and deletions.step = 5
where person_index is null group by requester_id
union all
select user_id, 'agent', 'Agent ' || chr((user_id - 7001 + 65)::int), 'agent' || user_id - 7001 || '@shop.example', null,
    timestamp '2020-01-01', group_id, null, left_at
from agents
union all
select 7090, 'agent', 'Light agent', 'light@shop.example', null, timestamp '2020-01-01', 301, null, null
union all
select 7100, 'admin', 'Admin', 'admin@shop.example', null, timestamp '2020-01-01', 301, null, null;
