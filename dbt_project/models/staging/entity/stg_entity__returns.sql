with source as (
    {{ current_rows('entity', 'returns') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        return_key,
        order_key,
        line_key,
        product_key,
        sku,
        quantity,
        requested_at,
        received_at,
        closed_at,
        status,
        reason,
        reason_note,
        outcome,
        returned_amount,
        upper(trim(currency)) as currency,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
