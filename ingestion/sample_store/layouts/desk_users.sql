-- People and strangers who wrote to the help desk, and its agents. Who sent rubbish is suspended when it is deleted.
create table desk_users as
select user_id, 'end-user' as role, first_name || ' ' || last_name as name, desk_email as email, phone,
    first_ticket_at as created_at, null::bigint as group_id, null::timestamp as suspended_at
from people
join (select requester_id as user_id, min(created_at) as first_ticket_at from tickets group by requester_id) using (user_id)
union all
select requester_id, 'end-user', 'Visitor ' || requester_id, 'visitor' || requester_id || '@elsewhere.example', null, min(created_at), null,
    min(deletions.happened_at)
from tickets
left join ticket_events as deletions
    on tickets.kind = 4 and deletions.ticket_index = tickets.ticket_index and deletions.step = 5
where person_index is null group by requester_id
union all
select 7001 + n, 'agent', 'Agent ' || chr((65 + n)::int), 'agent' || n || '@shop.example', null, timestamp '2020-01-01', 301 + n // 4, null
from range(12) as numbers(n)
union all
select 7090, 'agent', 'Light agent', 'light@shop.example', null, timestamp '2020-01-01', 301, null
union all
select 7100, 'admin', 'Admin', 'admin@shop.example', null, timestamp '2020-01-01', 301, null;
