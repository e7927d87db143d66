-- The kept orders that are told again tonight: those valued again, and those that follow from other orders, rates or
-- refunds (int_orders__related) which are not what they were. A superset is right.
{%- set told = kept_relation('core_orders') %}
select order_id from {{ ref('int_orders__revalued') }}

union

select related.order_id
from {{ ref('int_orders__related') }} as related
{%- if told %}
    inner join {{ told }} as told on related.order_id = told.order_id
    where
        related.customer_order_number is distinct from told.customer_order_number
        or related.next_ordered_at is distinct from told.next_ordered_at
        or related.reporting_rate is distinct from told.reporting_rate
        or related.cost_rate is distinct from told.cost_rate
        or related.refunded_amount is distinct from told.refunded_amount
        or related.returned_amount is distinct from told.returned_amount
        or related.reporting_returned_amount is distinct from told.reporting_returned_amount
        or related.last_refunded_at is distinct from told.last_refunded_at
{%- endif %}
