-- The kept orders that are valued again tonight: those a delivery touched, and those that follow from something beside
-- their own records (int_orders__judged, core_products) which is not what it was. A superset is right.
{%- set valued = kept_relation('int_orders__valued') %}
{%- set judged_lines = kept_relation('int_order_lines__judged') %}
{%- set is_kept = valued and judged_lines %}
select order_id from {{ ref('int_orders__touched') }}

union

select judged.order_id
from {{ ref('int_orders__judged') }} as judged
{%- if is_kept %}
    inner join {{ valued }} as valued on judged.order_id = valued.order_id
    where
        judged.customer_id is distinct from valued.customer_id
        or judged.header_reason is distinct from valued.header_reason
        or judged.is_shop_tax_included is distinct from valued.is_shop_tax_included
{%- endif %}

union

select lines.order_id
from {{ judged_lines if is_kept else ref('int_order_lines__unioned') }} as lines
left join {{ ref('core_products') }} as products
    on
        lines.source = products.source
        and lines.instance = products.instance
        and lines.product_key = products.product_key
{%- if is_kept %}
    where lines.product_state != {{ product_state('products') }}
{%- endif %}
