with source as (
    {{ current_rows('entity', 'shipments') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        shipment_key,
        order_key,
        carrier,
        service,
        tracking_number,
        status,
        shipped_at,
        out_for_delivery_at,
        delivered_at,
        promised_at,
        estimated_at,
        is_lost,
        upper(trim(country_code)) as country_code,
        cost_amount,
        upper(trim(currency)) as currency,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
