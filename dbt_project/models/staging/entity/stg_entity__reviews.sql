with source as (
    {{ current_rows('entity', 'reviews') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        review_key,
        order_key,
        product_key,
        sku,
        rating_stars,
        title,
        comment,
        language,
        is_published,
        is_verified,
        is_incentivised,
        customer_key,
        email,
        author_name,
        requested_at,
        created_at,
        replied_at,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
