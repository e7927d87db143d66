-- One unit of a currency in the reporting currency, for every day. Banks quote no rate on some days: the newest of at
-- most seven days before counts. A currency without a rate stays null: amounts in it are counted, never guessed.
-- Where several sources price a currency one counts, and another only on days for which that one has no rate.
with dated as (
    select
        *,
        source != '{{ var("exchange_rate_source") }}' as is_other,
        min(rate_date) over (partition by currency, source, instance) as first_date
    from {{ ref('int_exchange_rates__priced') }}
),

placed as (
    select
        currency,
        rate_date,
        rate,
        dense_rank() over (partition by currency order by is_other, first_date, source, instance) as place
    from dated
),

tellers as (
    select distinct
        currency,
        place
    from placed
),

calendar as (
    select
        days.date_day,
        tellers.currency,
        tellers.place
    from {{ ref('core_days') }} as days
    cross join tellers
)

select
    calendar.date_day,
    calendar.currency,
    placed.rate
from calendar
asof inner join placed
    on
        calendar.currency = placed.currency
        and calendar.place = placed.place
        and calendar.date_day >= placed.rate_date
where calendar.date_day - placed.rate_date <= 7
qualify row_number() over (partition by calendar.currency, calendar.date_day order by calendar.place) = 1

union all

select
    date_day,
    '{{ var("reporting_currency") }}',
    1.0
from {{ ref('core_days') }}
