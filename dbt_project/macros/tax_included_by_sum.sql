{# Do an order's prices hold its tax? True or false where exactly one of the two sums meets its total, else null. #}
{% macro tax_included_by_sum(order) -%}
    {%- set without_tax -%}
        (cast({{ order }}.subtotal_amount as decimal(38, 4)) + coalesce({{ order }}.shipping_amount, 0)
        {{- ' ' }}+ coalesce({{ order }}.duties_amount, 0))
    {%- endset -%}
    case
        when coalesce({{ order }}.tax_amount, 0) = 0 then null
        when abs({{ order }}.total_amount - {{ without_tax }}) < 0.01 then true
        when abs({{ order }}.total_amount - {{ without_tax }} - {{ order }}.tax_amount) < 0.01 then false
    end
{%- endmacro %}
