with source as (
    {{ current_rows('entity', 'order_lines') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        order_key,
        line_key || case
            when row_number() over (partition by _load_id, order_key, line_key order by _row_number) > 1
                then '#' || _row_number
            else ''
        end as line_key,
        row_number() over (partition by _load_id, order_key order by _row_number) as line_number,
        product_key,
        sku,
        title,
        quantity,
        unit_price_amount,
        -- many exports write a discount with a minus
        abs(discount_amount) as discount_amount,
        tax_amount,
        shipping_amount,
        upper(trim(currency)) as currency,
        is_gift_card,
        seller_key,
        ship_by_at,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
