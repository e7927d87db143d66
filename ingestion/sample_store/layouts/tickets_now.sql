-- Tickets as known at as_of, changed since updated_from (an answered rating changes its ticket too).
create or replace temp table tickets_now as
with dated as (
    select s.*, greatest(s.updated_at, known(t.rated_at)) as generated_at,
        case when known(t.rated_at) is not null then if(t.is_good, 'good', 'bad')
            when t.solved_at + interval 1 hour < as_of() then 'offered' else 'unoffered' end as score
    from arriving_states as s
    join tickets as t using (ticket_index)
)
select * from dated where generated_at >= getvariable('updated_from')::timestamp;
