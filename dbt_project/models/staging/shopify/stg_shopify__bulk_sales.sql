with source as (
    {{ current_rows('shopify', 'bulk_orders_sales') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        id as sale_gid,
        agreement_gid,
        line_item_gid,
        lower(action_type) as action_type,
        lower(line_type) as line_type,
        quantity,
        total_amount,
        total_tax_amount as tax_amount,
        _load_id,
        _row_number
    from source
)

select * from renamed
