{#- the four windows that are columns of customer_lifetime_value, and those the shop adds -#}
{%- set windows = ([30, 90, 180, 365] + var('clv_windows_days')) | map('int') | unique | sort -%}
with revenue as (
    select * from {{ ref('int_customer_revenue__dated') }}
),

buyers as (
    select
        customer_id,
        min(occurred_at) filter (where is_sale) as first_ordered_at
    from revenue
    group by customer_id
),

money as (
    select
        revenue.customer_id,
        any_value(buyers.first_ordered_at) as first_ordered_at,
        unnest([
            {%- for days in windows %}
                {
                    window_days: {{ days }},
                    -- with one amount unknown, the sum is not known either
                    net_amount: case
                        when
                            bool_and(revenue.reporting_amount is not null) filter (
                                where revenue.occurred_at < buyers.first_ordered_at + interval {{ days }} day
                            )
                            then sum(revenue.reporting_amount) filter (
                                where revenue.occurred_at < buyers.first_ordered_at + interval {{ days }} day
                            )
                    end
                }{{ ',' if not loop.last }}
            {%- endfor %}
        ], recursive := true)
    from revenue
    inner join buyers on revenue.customer_id = buyers.customer_id
    where buyers.first_ordered_at is not null
    group by revenue.customer_id
)

select
    customer_id,
    cast(window_days as integer) as window_days,
    first_ordered_at + to_days(cast(window_days as integer)) <= {{ as_of() }} as is_finished,
    -- null while the window has not ended: a young customer has not spent nothing
    case
        when first_ordered_at + to_days(cast(window_days as integer)) <= {{ as_of() }}
            then try_cast(net_amount as decimal(18, 4))
    end as net_revenue_amount,
    '{{ var("reporting_currency") }}' as currency
from money
