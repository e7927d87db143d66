with source as (
    {{ current_rows('shopify', 'refunds_items') }}
),

{{ shopify_refunds('source') }}

select * from renamed
