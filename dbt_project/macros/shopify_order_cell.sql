{#
    In the orders CSV an order's own cells stand on its first row only: one of these is filled there, none on its
    other rows.
#}
{% macro shopify_order_cell() -%}
    coalesce(cast(id as varchar), cast(total as varchar), financial_status)
{%- endmacro %}
