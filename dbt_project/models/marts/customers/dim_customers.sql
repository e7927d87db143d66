with customers as (
    select * from {{ ref('core_customers') }}
),

buyers as (
    select * from {{ ref('core_customer_values') }}
)

select
    customers.customer_id,
    customers.first_source,
    customers.source_count,
    customers.first_seen_at,
    customers.has_account,
    customers.has_email,
    customers.accepts_marketing,
    customers.country_code,
    buyers.first_ordered_at,
    buyers.last_ordered_at,
    coalesce(buyers.valid_order_count, 0) as valid_order_count,
    buyers.customer_id is not null as is_buyer,
    buyers.spend_tier
from customers
left join buyers on customers.customer_id = buyers.customer_id
