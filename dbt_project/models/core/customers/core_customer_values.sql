with revenue as (
    select * from {{ ref('int_customer_revenue__dated') }}
),

orders as (
    select * from {{ ref('core_orders') }}
    where is_valid_order and customer_id is not null
),

buyers as (
    select
        customer_id,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        min(ordered_date) as first_ordered_date,
        count(*) as valid_order_count,
        count(*) filter (where reporting_sold_amount is null) as unconverted_order_count,
        count(*) filter (where reporting_cost_amount is not null) as cost_known_order_count,
        sum(reporting_cost_amount) as cost_to_date_amount,
        sum(reporting_net_amount - reporting_cost_amount) as margin_to_date_amount
    from orders
    group by customer_id
),

money as (
    select
        customer_id,
        -- orders without a rate are left out and counted; with a return unknown, what remains is not known either
        case
            when coalesce(bool_and(reporting_amount is not null) filter (where not is_sale), true)
                then sum(reporting_amount)
        end as net_revenue_to_date_amount
    from revenue
    group by customer_id
),

windows as (
    select
        customer_id,
        max(net_revenue_amount) filter (where window_days = 30) as net_revenue_30d_amount,
        max(net_revenue_amount) filter (where window_days = 90) as net_revenue_90d_amount,
        max(net_revenue_amount) filter (where window_days = 180) as net_revenue_180d_amount,
        max(net_revenue_amount) filter (where window_days = 365) as net_revenue_365d_amount
    from {{ ref('core_customer_value_windows') }}
    group by customer_id
),

-- how long people who came back have stayed so far, for the textbook formula
lifespans as (
    select avg(date_diff('second', first_ordered_at, last_ordered_at)) / (365.25 * 86400) as lifespan_years
    from buyers
    where valid_order_count > 1
),

factors as (
    select
        buyers.customer_id,
        -- orders without a rate are in neither the money nor the number it is divided by
        cast(money.net_revenue_to_date_amount as double)
        / nullif(buyers.valid_order_count - buyers.unconverted_order_count, 0) as order_value,
        -- a year at least: two orders in the first week are no hundred a year
        buyers.valid_order_count / (
            greatest(date_diff('second', buyers.first_ordered_at, {{ as_of() }}) / 86400.0, 365.25) / 365.25
        ) as orders_per_year
    from buyers
    inner join money on buyers.customer_id = money.customer_id
),

tiers as (
    select * from {{ ref('core_customer_spend_tiers') }}
    where is_newest
)

select
    buyers.customer_id,
    cast({{ store_date(as_of()) }} - interval 1 day as date) as as_of_date,
    buyers.first_ordered_at,
    buyers.last_ordered_at,
    buyers.first_ordered_date,
    buyers.valid_order_count,
    buyers.unconverted_order_count,
    '{{ var("reporting_currency") }}' as currency,
    windows.net_revenue_30d_amount,
    windows.net_revenue_90d_amount,
    windows.net_revenue_180d_amount,
    windows.net_revenue_365d_amount,
    try_cast(money.net_revenue_to_date_amount as decimal(18, 4)) as net_revenue_to_date_amount,
    try_cast(buyers.cost_to_date_amount as decimal(18, 4)) as cost_to_date_amount,
    try_cast(buyers.margin_to_date_amount as decimal(18, 4)) as margin_to_date_amount,
    buyers.cost_known_order_count,
    factors.order_value as ltv_simple_order_value_amount,
    factors.orders_per_year as ltv_simple_orders_per_year,
    lifespans.lifespan_years as ltv_simple_lifespan_years,
    factors.order_value * factors.orders_per_year * lifespans.lifespan_years as ltv_simple_amount,
    tiers.spend_amount as tier_spend_amount,
    tiers.spend_tier
from buyers
inner join money on buyers.customer_id = money.customer_id
inner join windows on buyers.customer_id = windows.customer_id
inner join factors on buyers.customer_id = factors.customer_id
cross join lifespans
left join tiers on buyers.customer_id = tiers.customer_id
