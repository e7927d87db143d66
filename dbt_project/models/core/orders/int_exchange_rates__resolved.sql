-- One unit of a currency in the reporting currency, for every day. Banks quote no rate on some days: the newest of at
-- most seven days before counts. A currency without a rate stays null: amounts in it are counted, never guessed.
with quotes as (
    select
        rate_date,
        base_currency,
        quote_currency,
        rate
    from {{ ref('stg_entity__exchange_rates') }}
    where rate > 0
),

both_ways as (
    select
        rate_date,
        base_currency as currency,
        quote_currency as against,
        cast(rate as double) as rate
    from quotes

    union all

    select
        rate_date,
        quote_currency,
        base_currency,
        1 / cast(rate as double)
    from quotes
),

-- straight where it is quoted, else over a third currency that both are quoted against
priced as (
    select
        rate_date,
        currency,
        rate,
        1 as step_count
    from both_ways
    where against = '{{ var("reporting_currency") }}'

    union all

    select
        first_leg.rate_date,
        first_leg.currency,
        first_leg.rate * second_leg.rate,
        2
    from both_ways as first_leg
    inner join both_ways as second_leg
        on first_leg.rate_date = second_leg.rate_date and first_leg.against = second_leg.currency
    where second_leg.against = '{{ var("reporting_currency") }}'
),

chosen as (
    select
        rate_date,
        currency,
        -- several ways over are averaged, so that the result does not hang on which came first
        avg(rate) as rate
    from priced
    where currency != '{{ var("reporting_currency") }}'
    group by rate_date, currency, step_count
    qualify row_number() over (partition by rate_date, currency order by step_count) = 1
),

calendar as (
    select
        days.date_day,
        currencies.currency
    from {{ ref('core_days') }} as days
    cross join (select distinct currency from chosen) as currencies
)

select
    calendar.date_day,
    calendar.currency,
    chosen.rate
from calendar
asof inner join chosen
    on calendar.currency = chosen.currency and calendar.date_day >= chosen.rate_date
where calendar.date_day - chosen.rate_date <= 7

union all

select
    date_day,
    '{{ var("reporting_currency") }}',
    1.0
from {{ ref('core_days') }}
