-- why an order is no purchase, as far as its header tells; what its lines tell is added in int_orders__valued
with orders as (
    select * from {{ ref('int_orders__unioned') }}
),

owners as (
    select * from {{ ref('int_orders__identified') }}
),

rules as (
    select * from {{ ref('int_exclusion_rules__resolved') }}
)

select
    orders.order_id,
    owners.customer_id,
    case
        when rules.order_test_order and orders.is_test then 'test_order'
        when rules.order_cancelled and orders.is_cancelled then 'cancelled'
        when rules.order_voided and orders.financial_status = 'voided' then 'voided'
        when rules.order_expired and orders.financial_status = 'expired' then 'expired'
        when rules.order_time_unknown and orders.ordered_at is null then 'time_unknown'
        when rules.order_after_as_of and orders.ordered_at >= {{ as_of() }} then 'after_as_of'
        when rules.order_total_negative and orders.total_amount < 0 then 'total_negative'
        when rules.order_customer_unknown and owners.customer_id is null then 'customer_unknown'
    end as header_reason
from orders
inner join owners on orders.order_id = owners.order_id
inner join rules on orders.source = rules.source
