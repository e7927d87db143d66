with days as (
    select cast(unnest(generate_series(
        {{ calendar_start() }}, cast({{ as_of() }} as date) + interval 366 day, interval 1 day
    )) as date) as date_day
)

select
    date_day,
    cast(date_trunc('week', date_day) as date) as week_date,
    cast(date_trunc('month', date_day) as date) as month_date,
    cast(date_trunc('quarter', date_day) as date) as quarter_date,
    cast(extract('year' from date_day) as integer) as calendar_year,
    cast(extract('quarter' from date_day) as integer) as quarter_of_year,
    cast(extract('month' from date_day) as integer) as month_of_year,
    cast(extract('isoyear' from date_day) as integer) as iso_year,
    cast(extract('week' from date_day) as integer) as iso_week,
    cast(extract('isodow' from date_day) as integer) as day_of_week,
    dayname(date_day) as day_name,
    extract('isodow' from date_day) >= 6 as is_weekend,
    cast(date_day - interval 1 year as date) as same_date_last_year,
    cast(date_day - interval 364 day as date) as same_weekday_last_year,
    date_day < {{ store_date(as_of()) }} as is_finished
from days
