with source as (
    {{ current_rows('shopify', 'products') }}
),

-- the product's own cells stand on its first row only
filled as (
    select
        *,
        first_value(title ignore nulls) over product_rows as product_title,
        first_value(vendor ignore nulls) over product_rows as product_vendor,
        first_value(product_category ignore nulls) over product_rows as standard_category,
        first_value(type ignore nulls) over product_rows as product_type,
        first_value(gift_card ignore nulls) over product_rows as is_gift_card,
        first_value(status ignore nulls) over product_rows as product_status
    from source
    window product_rows as (
        partition by _source, _instance, _load_id, handle
        order by _row_number
        rows between unbounded preceding and unbounded following
    )
),

renamed as (
    select
        _source as source,
        _instance as instance,
        handle,
        nullif(concat_ws(' / ', option1_value, option2_value, option3_value), '') as variant_title,
        variant_sku as sku,
        product_title as title,
        product_vendor as brand,
        coalesce(standard_category, product_type) as category,
        variant_price as price_amount,
        cost_per_item as cost_amount,
        is_gift_card,
        lower(product_status) as status,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from filled
    -- rows that only add a picture are no variant
    where variant_price is not null or variant_sku is not null or option1_value is not null
)

select * from renamed
