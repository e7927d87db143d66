with source as (
    {{ current_rows('entity', 'products') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        product_key,
        parent_key,
        sku,
        title,
        variant_title,
        category,
        subcategory,
        brand,
        price_amount,
        cost_amount,
        upper(trim(currency)) as currency,
        is_gift_card,
        is_merchandise,
        status,
        weight_grams,
        created_at,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
