-- Incremental tickets with metric sets; the desk's own screen counts business minutes by the last schedule alone. tickets_now holds what is known at as_of.
select to_json({
    url: 'https://shop.example/api/v2/tickets/' || t.ticket_id || '.json', id: t.ticket_id, external_id: null,
    via: {channel: if(t.kind = 1, 'web', t.channel), source: {
        'from': case when t.channel = 'email' and t.kind <> 1 then {address: u.email, name: u.name} end, 'to': {address: 'help@shop.example'}, rel: null}},
    created_at: utc_text(t.created_at), updated_at: utc_text(s.updated_at), generated_timestamp: epoch(s.generated_at)::bigint,
    type: ['question', 'problem', 'incident'][1 + t.ticket_index % 3],
    subject: if(scrubbed, 'SCRUBBED', subject), raw_subject: if(scrubbed, 'SCRUBBED', subject),
    description: if(scrubbed, 'X', subject || coalesce(', order ' || o.order_number, '')),
    priority: ['low', 'normal', 'normal', 'high', null][1 + t.ticket_index % 5], status: st.status, recipient: 'help@shop.example',
    requester_id: t.requester_id, submitter_id: if(t.kind = 1, t.agent_id, t.requester_id), assignee_id: nullif(s.assignee, 0),
    organization_id: null, group_id: s.group, collaborator_ids: [], follower_ids: [], email_cc_ids: [], forum_topic_id: null,
    problem_id: null, has_incidents: false, is_public: true,
    due_at: case when getvariable('is_dirty') and t.ticket_index % 47 = 2 then 'next week' end,
    tags: case when t.kind = 3 and st.status = 'closed' then ['closed_by_merge'] when t.kind = 4 and st.status = 'deleted' then ['spam']
        when o.order_number is not null then ['order'] else [] end,
    custom_fields: [{id: 3600012, value: o.order_number::varchar}], satisfaction_rating: {score: s.score}, sharing_agreement_ids: [],
    custom_status_id: 4044430 + s.status, fields: [{id: 3600012, value: o.order_number::varchar}], followup_ids: [],
    ticket_form_id: 3600000, brand_id: 3600003, allow_channelback: false, allow_attachments: true, from_messaging_channel: t.channel = 'chat',
    metric_set: {
        id: 600000 + t.ticket_index, ticket_id: t.ticket_id, created_at: utc_text(t.created_at), updated_at: utc_text(s.updated_at),
        group_stations: s.group_stations, assignee_stations: s.assignee_stations, reopens: s.reopens, replies: s.replies,
        assignee_updated_at: utc_text(s.assigned_at), requester_updated_at: utc_text(s.requester_updated_at),
        status_updated_at: utc_text(s.status_updated_at), initially_assigned_at: utc_text(s.first_assigned_at),
        assigned_at: utc_text(s.assigned_at), solved_at: utc_text(s.last_solved_at), latest_comment_added_at: utc_text(s.commented_at),
        reply_time_in_minutes: {calendar: s.first_reply_calendar, business: s.first_reply_business_last},
        first_resolution_time_in_minutes: {calendar: s.first_resolution_calendar, business: s.first_resolution_business_last},
        full_resolution_time_in_minutes: {calendar: s.full_resolution_calendar, business: s.full_resolution_business_last},
        agent_wait_time_in_minutes: {calendar: s.agent_calendar, business: s.agent_business_last},
        requester_wait_time_in_minutes: {calendar: s.requester_calendar, business: s.requester_business_last},
        on_hold_time_in_minutes: {calendar: s.hold_calendar, business: s.hold_business_last}}
})::varchar as line
from tickets_now as s
join (
    select *, kind = 5 and ticket_index % 3 = 0 as is_scrubbable,
        ['Where is my parcel', 'Wrong size', 'Refund, second ask', 'Broken on arrival', 'A question before buying', 'Change of address',
         'Discount code does not work'][1 + ticket_index % 7] as subject
    from tickets
) as t using (ticket_index)
join statuses as st on st.code = s.status
join desk_users as u on u.user_id = t.requester_id
left join orders as o on o.order_index = t.order_index
cross join lateral (select t.is_scrubbable and st.status = 'deleted' as scrubbed)
order by t.ticket_index
