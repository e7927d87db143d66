with source as (
    {{ current_elements('shopify', 'bulk_orders_fulfillments') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        {{ gid_number('order_gid') }} as shopify_order_id,
        id as fulfillment_gid,
        lower(status) as status,
        lower(display_status) as display_status,
        created_at as shipped_at,
        in_transit_at,
        delivered_at,
        estimated_delivery_at,
        tracking_info ->> '$[0].company' as carrier,
        total_quantity,
        updated_at,
        _load_id,
        _parent_row_number as _row_number
    from source
)

select * from renamed
