-- Two sources differ by some tenths of a percent, so a person says which one counts (setting exchange_rate_source);
-- until then the one whose rates began first does. Told too: a setting that names no source of rates.
{{ config(severity='warn') }}
with priced as (
    select
        *,
        source = '{{ var("exchange_rate_source") }}' as is_named
    from {{ ref('int_exchange_rates__priced') }}
),

disputed as (
    select
        currency,
        string_agg(distinct source, ', ' order by source) as sources
    from priced
    group by currency, rate_date
    having count(*) > 1 and count(*) filter (where is_named) != 1
),

setting as (
    select '{{ var("exchange_rate_source") }}' as named
)

select distinct
    currency,
    sources
from disputed

union all

select
    null as currency,
    named
from setting
where length(named) > 0 and (select bool_or(is_named) from priced) is not true
