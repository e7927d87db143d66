{# All that a line takes from its product, as one number: kept lines whose product is no longer so are judged again. #}
{% macro product_state(product) -%}
    hash({{ product }}.product_id, {{ product }}.cost_amount, {{ product }}.currency,
        {{ product }}.is_gift_card, {{ product }}.is_merchandise)
{%- endmacro %}
