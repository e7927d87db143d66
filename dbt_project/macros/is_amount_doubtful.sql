{#
    Is an order perhaps worth another sum than its goods say? Its lines alone tell them, and one has no price or no
    number of units; or its total is not what its parts make, with the tax in them or on top. What a total has above
    them may be a tax or a shipping that nobody told; what it lacks, a discount of the shipping, as far as more was
    taken off than goods tell. Tips are said by this, as free-shipping codes and edits by has_unexplained_amount.
#}
{% macro is_amount_doubtful(order, amounts, goods_amount) -%}
    {%- set parts -%}
        ({{ goods_amount }} + {{ amounts }}.gift_card_amount + coalesce({{ amounts }}.shipping_amount, 0)
        + coalesce({{ order }}.duties_amount, 0))
    {%- endset -%}
    coalesce({{ amounts }}.header_amount is null and {{ amounts }}.has_unvalued_line, false)
    or coalesce(
        {{ order }}.total_amount + 0.01
        < {{ parts }} - greatest({{ order }}.discount_amount - {{ amounts }}.all_discount_amount, 0),
        false
    )
    or coalesce(
        {{ amounts }}.shipping_amount is not null
        and abs({{ order }}.total_amount - {{ parts }}) > 0.01
        and abs({{ order }}.total_amount - {{ parts }} - {{ amounts }}.tax_amount) > 0.01
        and {{ order }}.total_amount > {{ parts }},
        false
    )
{%- endmacro %}
