{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='order_id',
    meta={'touched': 'int_orders__touched'}, post_hook='{{ remember_build() }}'
) }}
with exported_lines as (
    {{ shopify_csv_rows('stg_shopify__order_lines', kept='int_order_lines__unioned') }}
    where coalesce(told.title, told.sku, cast(told.quantity as varchar)) is not null
),

queried_lines as (
    select lines.*
    from {{ ref('stg_shopify__bulk_order_lines') }} as lines
    anti join {{ ref('int_shopify_order_lines__outdated') }} as outdated
        on lines._load_id = outdated._load_id and lines._row_number = outdated._row_number
    anti join {{ ref('int_orders__unioned') }} as orders
        on
            lines.source = orders.source
            and lines.instance = orders.instance
            and cast(lines.shopify_order_id as varchar) = orders.order_key
            and orders.has_newer_csv_sale
),

entity_lines as (
    select * from {{ ref('stg_entity__order_lines') }}
),

unioned as (
    -- the CSV's lines have no ids: they count only where the API did not bring the lines of this sale
    select
        exported_lines.source,
        exported_lines.instance,
        coalesce(cast(exported_lines.shopify_order_id as varchar), 'name:' || exported_lines.order_name) as order_key,
        cast(exported_lines.line_number as varchar) as line_key,
        coalesce(exported_lines.sku, exported_lines.title) as product_key,
        exported_lines.sku,
        exported_lines.title,
        exported_lines.quantity,
        exported_lines.unit_price_amount,
        exported_lines.line_discount_amount as own_discount_amount,
        'shopify.orders' as _source_table,
        exported_lines._load_id,
        exported_lines._row_number
    from exported_lines
    anti join queried_lines
        on
            exported_lines.source = queried_lines.source
            and exported_lines.instance = queried_lines.instance
            and exported_lines.shopify_order_id = queried_lines.shopify_order_id

    union all by name

    select
        source,
        instance,
        cast(shopify_order_id as varchar) as order_key,
        coalesce(cast(shopify_line_id as varchar), line_gid) as line_key,
        -- no CSV of products has ids, so Shopify's lines and products meet by sku, else by the name of the variant
        coalesce(sku, title) as product_key,
        sku,
        title,
        quantity,
        unit_price_amount,
        discount_amount as own_discount_amount,
        tax_amount,
        is_gift_card,
        'shopify.bulk_orders_line_items' as _source_table,
        _load_id,
        _row_number
    from queried_lines

    union all by name

    select
        source,
        instance,
        order_key,
        coalesce(line_key, cast(line_number as varchar)) as line_key,
        coalesce(product_key, sku, title) as product_key,
        sku,
        title,
        quantity,
        unit_price_amount,
        discount_amount as own_discount_amount,
        tax_amount,
        shipping_amount,
        is_gift_card,
        currency,
        'entity.order_lines' as _source_table,
        _load_id,
        _row_number
    from entity_lines
)

select
    {{ surrogate_key(['source', 'instance', 'order_key', 'line_key']) }} as order_line_id,
    {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
    *
from unioned
{{ only_touched('int_orders__touched', 'unioned', ['source', 'instance', 'order_key']) }}
