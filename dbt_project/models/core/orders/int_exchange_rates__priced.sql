-- One unit of a currency in the reporting currency, as each source tells it: never a leg of this one and a leg of that.
with quotes as (
    select
        source,
        instance,
        rate_date,
        base_currency,
        quote_currency,
        rate
    from {{ ref('stg_entity__exchange_rates') }}
    where rate > 0
),

both_ways as (
    select
        *,
        base_currency as currency,
        quote_currency as against,
        rate as price,
        false as is_turned
    from quotes

    union all

    select
        *,
        quote_currency,
        base_currency,
        1 / rate,
        true
    from quotes
),

-- a pair that is quoted both ways counts as it is quoted straight
pairs as (
    select *
    from both_ways
    qualify row_number() over (partition by source, instance, rate_date, currency, against order by is_turned) = 1
),

priced as (
    select
        source,
        instance,
        rate_date,
        currency,
        price,
        null as over_currency
    from pairs
    where against = '{{ var("reporting_currency") }}'

    union all

    select
        first_leg.source,
        first_leg.instance,
        first_leg.rate_date,
        first_leg.currency,
        first_leg.price * second_leg.price,
        first_leg.against
    from pairs as first_leg
    inner join pairs as second_leg
        on
            first_leg.source = second_leg.source
            and first_leg.instance = second_leg.instance
            and first_leg.rate_date = second_leg.rate_date
            and first_leg.against = second_leg.currency
    where second_leg.against = '{{ var("reporting_currency") }}'
)

select
    source,
    instance,
    rate_date,
    currency,
    price as rate
from priced
where currency != '{{ var("reporting_currency") }}'
-- over the third currency whose code comes first, and only where there is no quote against the reporting currency
qualify
    row_number() over (
        partition by source, instance, rate_date, currency order by over_currency nulls first
    ) = 1
