{#
    How much of the money paid for an order's goods with their tax is goods: neither shipping nor tips and duties are
    in it. least() passes over a null.
#}
{% macro goods_share(order) -%}
    {%- set goods = '(' ~ order ~ '.gross_amount - ' ~ order ~ '.discount_amount)' -%}
    cast({{ goods }} as double) / nullif(
        coalesce(
            least(
                {{ order }}.total_amount - coalesce({{ order }}.shipping_amount, 0),
                {{ goods }} + {{ order }}.goods_tax_amount + cast({{ order }}.gift_card_amount as double)
                + case when {{ order }}.is_tax_included then 0 else coalesce({{ order }}.tax_amount, 0) end
            ),
            {{ goods }}
        ), 0
    )
{%- endmacro %}
