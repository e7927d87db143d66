select to_json({id: 380000 + position, schedule_id: schedule_id, name: name, start_date: start_date, end_date: end_date})::varchar as line
from holidays
order by position
