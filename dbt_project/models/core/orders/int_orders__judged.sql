-- What an order's own records do not say: whose it is, what speaks against its header tonight, and its shop's habit.
-- Kept orders of which this is no longer so are valued again (int_orders__revalued).
with orders as (
    select * from {{ ref('int_orders__unioned') }}
),

owners as (
    select * from {{ ref('int_orders__identified') }}
),

rules as (
    select * from {{ ref('int_exclusion_rules__resolved') }}
),

-- The CSV does not say whether prices hold the tax: the sum that comes out tells, for an order or for most of a shop.
tax_rules as (
    select
        source,
        instance,
        sum(case when is_tax_included_by_sum then 1 else -1 end) > 0 as is_tax_included
    from orders
    where is_tax_included_by_sum is not null
    group by source, instance
)

select
    orders.order_id,
    owners.customer_id,
    orders.currency,
    case
        when rules.order_test_order and orders.is_test then 'test_order'
        when rules.order_cancelled and orders.is_cancelled then 'cancelled'
        when rules.order_voided and orders.financial_status = 'voided' then 'voided'
        when rules.order_expired and orders.financial_status = 'expired' then 'expired'
        when rules.order_time_unknown and coalesce(orders.ordered_at < {{ calendar_start() }}, true) then 'time_unknown'
        when rules.order_after_as_of and orders.ordered_at >= {{ as_of() }} then 'after_as_of'
        when rules.order_total_negative and orders.total_amount < 0 then 'total_negative'
        when rules.order_customer_unknown and owners.customer_id is null then 'customer_unknown'
    end as header_reason,
    tax_rules.is_tax_included as is_shop_tax_included
from orders
inner join owners on orders.order_id = owners.order_id
inner join rules on orders.source = rules.source
left join tax_rules on orders.source = tax_rules.source and orders.instance = tax_rules.instance
