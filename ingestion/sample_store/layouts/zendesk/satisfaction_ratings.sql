-- Ratings: offered an hour after the solution, answered by some later under the same id.
with known_ratings as (
    select *, solved_at + interval 1 hour as offered_at, known(rated_at) as answered_at from tickets where solved_at is not null
)
select to_json({
    id: 770001 + r.ticket_index, assignee_id: nullif(s.assignee, 0), group_id: s.group, requester_id: r.requester_id, ticket_id: r.ticket_id,
    score: case when answered_at is null then 'offered' when is_good then 'good' else 'bad' end,
    created_at: utc_text(offered_at), updated_at: utc_text(coalesce(answered_at, offered_at)),
    comment: case when answered_at is not null and not is_good then 'Took too long' end
})::varchar as line
from known_ratings as r
join (select ticket_index, arg_max(assignee_after, audit_id) as assignee, arg_max(group_after, audit_id) as "group"
      from ticket_events where step <= 20 group by ticket_index) as s using (ticket_index)
where offered_at < as_of() and coalesce(answered_at, offered_at) >= getvariable('updated_from')::timestamp
order by r.ticket_index
