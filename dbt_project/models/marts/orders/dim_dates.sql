with days as (
    select * from {{ ref('core_days') }}
)

select
    date_day,
    week_date,
    month_date,
    quarter_date,
    calendar_year,
    quarter_of_year,
    month_of_year,
    iso_year,
    iso_week,
    day_of_week,
    day_name,
    is_weekend,
    same_date_last_year,
    same_weekday_last_year,
    is_finished
from days
