with source as (
    {{ current_rows('entity', 'refunds') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        refund_key,
        order_key,
        refunded_at,
        refunded_amount,
        returned_amount,
        tax_amount,
        shipping_amount,
        upper(trim(currency)) as currency,
        reason,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
