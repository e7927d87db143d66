{#
    Rows of the orders CSV with the Id that their label has in other exports where this one lost it, and without those
    of a label that a newer one replaced. `kept` is the model that is kept with them.
#}
{% macro shopify_csv_rows(model, kept) -%}
    select told.* replace (coalesce(told.shopify_order_id, named.shopify_order_id) as shopify_order_id)
    from (
        select * from {{ ref(model) }}
        {{ in_standing_loads(kept, 'int_order_loads__standing', 'shopify.orders') }}
    ) as told
    left join {{ ref('int_shopify_orders__named') }} as named
        on
            told.source = named.source
            and told.instance = named.instance
            and told.order_name = named.order_name
    anti join {{ ref('int_shopify_orders__relabelled') }} as replaced
        on
            told.source = replaced.source
            and told.instance = replaced.instance
            and told.order_name is not distinct from replaced.order_name
            and told.shopify_order_id is not distinct from replaced.shopify_order_id
            and told._load_id = replaced._load_id
{%- endmacro %}
