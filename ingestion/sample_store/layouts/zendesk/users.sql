-- Incremental users: people who wrote, agents and one admin. An agent who leaves is an end user from then on.
select to_json({
    id: user_id, url: 'https://shop.example/api/v2/users/' || user_id || '.json', name: name, email: email,
    created_at: utc_text(created_at), updated_at: utc_text(changed_at), time_zone: 'Eastern Time (US & Canada)',
    iana_time_zone: 'America/New_York', phone: phone, locale: 'en-US', organization_id: null, role: role_now, verified: true,
    external_id: null, tags: [], active: true, suspended: known(suspended_at) is not null, role_type: case when role = 'admin' then 4 when user_id = 7090 then 1 end,
    only_private_comments: user_id = 7090, default_group_id: group_id, report_csv: false
})::varchar as line
from (
    select *, greatest(created_at, known(suspended_at), known(left_at)) as changed_at,
        case when known(left_at) is not null then 'end-user' else role end as role_now
    from desk_users
)
where created_at < as_of() and (changed_at >= getvariable('updated_from')::timestamp or role_now <> 'end-user')
order by user_id
