with source as (
    {{ current_rows('shopify', 'bulk_orders_sales_agreements') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        id as agreement_gid,
        order_gid,
        {{ gid_number('order_gid') }} as shopify_order_id,
        happened_at,
        lower(reason) as reason,
        _load_id,
        _row_number
    from source
)

select * from renamed
