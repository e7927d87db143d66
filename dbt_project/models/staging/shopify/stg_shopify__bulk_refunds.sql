with source as (
    {{ current_rows('shopify', 'bulk_orders_refunds') }}
),

{{ shopify_refunds('source') }}

select * from renamed
