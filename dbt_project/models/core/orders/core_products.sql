with exported_products as (
    select * from {{ ref('stg_shopify__products') }}
),

entity_products as (
    select * from {{ ref('stg_entity__products') }}
),

unioned as (
    select
        source,
        instance,
        coalesce(sku, concat_ws(' - ', title, nullif(variant_title, 'Default Title'))) as product_key,
        sku,
        title,
        variant_title,
        category,
        brand,
        price_amount,
        cost_amount,
        is_gift_card,
        true as is_merchandise,
        status,
        exported_at,
        'shopify.products' as _source_table,
        _load_id,
        _row_number
    from exported_products

    union all by name

    select
        source,
        instance,
        product_key,
        sku,
        title,
        variant_title,
        category,
        brand,
        price_amount,
        cost_amount,
        currency,
        is_gift_card,
        is_merchandise,
        status,
        exported_at,
        'entity.products' as _source_table,
        _load_id,
        _row_number
    from entity_products
),

-- what was sold but stands in no catalogue is a product too
sold_products as (
    select
        source,
        instance,
        product_key,
        max(sku) as sku,
        max(title) as title,
        bool_or(is_gift_card) as is_gift_card
    from {{ ref('int_order_lines__unioned') }}
    where product_key is not null
    group by source, instance, product_key
),

completed as (
    select unioned.* from unioned
    where product_key is not null

    union all by name

    select
        *,
        true as is_merchandise
    from sold_products
    anti join unioned using (source, instance, product_key)
),

-- codes that the source sells like products but that are none are human judgements, each with its reason
judged as (
    select
        completed.*,
        codes.reason as not_merchandise_reason
    from completed
    left join {{ ref('non_product_codes') }} as codes
        on
            codes.source in (completed.source, '*')
            and regexp_full_match(completed.product_key, codes.code_pattern)
)

select
    {{ surrogate_key(['source', 'instance', 'product_key']) }} as product_id,
    source,
    instance,
    product_key,
    sku,
    title,
    variant_title,
    category,
    brand,
    price_amount,
    cost_amount,
    currency,
    coalesce(is_gift_card, false) as is_gift_card,
    coalesce(is_merchandise, true) and not_merchandise_reason is null as is_merchandise,
    status,
    _source_table,
    _load_id,
    _row_number
from judged
-- A sku on several variants is one product here: order lines cannot tell them apart. The newest export speaks; a load's
-- id is made from its content and says nothing about time, it only keeps two exports of one instant in one order.
qualify
    row_number() over (
        partition by source, instance, product_key
        order by exported_at desc nulls last, _load_id desc, _row_number desc
    ) = 1
