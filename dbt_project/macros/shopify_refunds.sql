{# Refunds of the admin API in our words: the same object comes inside bulk orders and from a query of its own. #}
{% macro shopify_refunds(relation) -%}
-- a list of lines, or a connection with its nodes or edges, as the query asked; null where it did not ask
lined as (
    select
        *,
        case
            when json_type(refund_line_items) = 'ARRAY' then cast(refund_line_items as json[])
            when json_type(refund_line_items, '$.nodes') = 'ARRAY' then cast(refund_line_items -> '$.nodes' as json[])
            when json_type(refund_line_items, '$.edges') = 'ARRAY' then refund_line_items -> '$.edges[*].node'
        end as told_items,
        list_transform(told_items, lambda told_item: told_item ->> '$.id') as told_ids
    from {{ relation }}
),

-- a line that stands twice is one line, as it stands last: it goes by its id, where the query asked for it
once as (
    select
        *,
        list_transform(
            list_filter(
                range(1, len(told_items) + 1),
                lambda place: told_ids[place] is null
                or not list_contains(list_slice(told_ids, place + 1, len(told_ids)), told_ids[place])
            ),
            lambda place: told_items[place]
        ) as line_items
    from lined
),

renamed as (
    select
        _source as source,
        _instance as instance,
        order_gid,
        {{ gid_number('order_gid') }} as shopify_order_id,
        coalesce(id, order_gid || '#' || _child_number) as refund_gid,
        coalesce(processed_at, created_at) as refunded_at,
        total_refunded_amount as refunded_amount,
        upper(currency_code) as currency,
        list_transform(
            line_items,
            lambda line: struct_pack(
                shopify_line_id := {{ gid_number("(line ->> '$.lineItem.id')") }},
                sku := nullif(line ->> '$.lineItem.sku', ''),
                is_gift_card := try_cast(line ->> '$.lineItem.isGiftCard' as boolean),
                quantity := try_cast(line ->> '$.quantity' as decimal(18, 4)),
                amount := try_cast(line ->> '$.subtotalSet.shopMoney.amount' as decimal(18, 4)),
                tax_amount := try_cast(line ->> '$.totalTaxSet.shopMoney.amount' as decimal(18, 4))
            )
        ) as lines,
        _load_id,
        _parent_row_number as _row_number
    from once
)
{%- endmacro %}
