-- Ticket audits: one object a change, its events inside; values of fields are strings.
with chosen as (
    select e.*, t.ticket_id, t.requester_id, t.channel, t.kind,
        w.ticket_id as winner_id, e.is_create or e.status_after <> e.status_before as has_status,
        e.is_create or e.assignee_after <> e.assignee_before as has_assignee, e.is_create or e.group_after <> e.group_before as has_group,
        if(e.is_create, 'Create', 'Change') as word
    from ticket_events as e
    join tickets as t using (ticket_index)
    left join tickets as w on w.ticket_index = t.winner_index
    where e.happened_at < as_of() and e.happened_at >= getvariable('updated_from')::timestamp
        and e.ticket_index between getvariable('first_index') and getvariable('last_index')
)
select to_json({
    id: c.audit_id, ticket_id: c.ticket_id, created_at: utc_text(c.happened_at), author_id: c.author_id,
    metadata: {system: {client: 'sample'}, custom: '{}'::json},
    events: list_filter([
        case when c.comment > 0 then {id: c.audit_id * 10, type: 'Comment', author_id: c.author_id,
            body: case when c.rule = 3 then 'We got your message' when c.comment = 1 then 'Note' when c.author_id < 10000 then 'Answer' else 'Question' end,
            public: c.comment = 2, audit_id: c.audit_id}::json end,
        case when c.rule = 1 then {id: c.audit_id * 10 + 1, type: 'Notification', subject: 'We got your request', recipients: [c.requester_id]}::json end,
        case when c.has_status and c.is_create then {id: c.audit_id * 10 + 2, type: c.word, field_name: 'status', value: a.status}::json
            when c.has_status then {id: c.audit_id * 10 + 2, type: c.word, field_name: 'status', value: a.status, previous_value: b.status}::json end,
        case when c.has_assignee and c.is_create then {id: c.audit_id * 10 + 3, type: c.word, field_name: 'assignee_id', value: nullif(c.assignee_after, 0)::varchar}::json
            when c.has_assignee then {id: c.audit_id * 10 + 3, type: c.word, field_name: 'assignee_id', value: nullif(c.assignee_after, 0)::varchar,
                previous_value: nullif(c.assignee_before, 0)::varchar}::json end,
        case when c.has_group and c.is_create then {id: c.audit_id * 10 + 4, type: c.word, field_name: 'group_id', value: c.group_after::varchar}::json
            when c.has_group then {id: c.audit_id * 10 + 4, type: c.word, field_name: 'group_id', value: c.group_after::varchar,
                previous_value: c.group_before::varchar}::json end,
        case when c.is_create then {id: c.audit_id * 10 + 5, type: 'Create', field_name: 'requester_id', value: c.requester_id::varchar}::json end,
        case when c.rule = 4 and c.winner_id is not null then {id: c.audit_id * 10 + 6, type: 'Change', field_name: 'tags',
            value: ['closed_by_merge'], previous_value: []::varchar[]}::json end
    ], lambda x: x is not null),
    via: {channel: case when c.rule in (1, 2, 3) then 'rule' when c.author_id < 10000 then 'web' else c.channel end, source: {
        'from': case when c.step = 6 then {ticket_ids: m.losers}::json else '{}'::json end,
        rel: case c.rule when 1 then 'trigger' when 2 then 'automation' when 3 then 'trigger' when 4 then 'merge' end}}
})::varchar as line
from chosen as c
join statuses as a on a.code = c.status_after
left join statuses as b on b.code = c.status_before
left join (
    select t.winner_index, e.happened_at, list(t.ticket_id order by t.ticket_id) as losers
    from tickets as t
    join ticket_events as e on e.ticket_index = t.ticket_index and e.rule = 4 and e.step = 5
    group by t.winner_index, e.happened_at
) as m on m.winner_index = c.ticket_index and m.happened_at = c.happened_at
order by c.audit_id
