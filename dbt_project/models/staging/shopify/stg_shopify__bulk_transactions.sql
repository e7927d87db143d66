with source as (
    {{ current_elements('shopify', 'bulk_orders_transactions') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        order_gid,
        {{ gid_number('order_gid') }} as shopify_order_id,
        coalesce(id, order_gid || '#' || _child_number) as transaction_gid,
        lower(kind) as kind,
        lower(status) as status,
        gateway,
        amount,
        upper(currency_code) as currency,
        coalesce(processed_at, created_at) as processed_at,
        test as is_test,
        _exported_at as exported_at,
        _load_id,
        _parent_row_number as _row_number
    from source
)

select * from renamed
