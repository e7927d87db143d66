with source as (
    {{ current_elements('shopify', 'bulk_orders_refunds') }}
),

{{ shopify_refunds('source') }}

select * from renamed
