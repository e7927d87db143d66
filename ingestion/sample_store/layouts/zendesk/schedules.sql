-- One schedule; its zone is a Rails name, its minutes count from Sunday 00:00 in that zone.
select to_json({id: 360001, name: 'Help desk', time_zone: 'Eastern Time (US & Canada)', created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    intervals: (select list({start_time: start_time, end_time: end_time} order by start_time) from week_intervals)})::varchar as line
