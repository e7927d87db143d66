-- The desk's schedules; a zone is a Rails name, minutes count from Sunday 00:00 in that zone.
select to_json({id: s.schedule_id, name: s.name, time_zone: s.time_zone, created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    intervals: (select list({start_time: i.start_time, end_time: i.end_time} order by i.start_time)
        from week_intervals as i where i.schedule_id = s.schedule_id)})::varchar as line
from schedules as s
order by s.schedule_id
