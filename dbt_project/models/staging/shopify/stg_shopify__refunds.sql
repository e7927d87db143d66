with source as (
    {{ current_elements('shopify', 'refunds_items') }}
),

{{ shopify_refunds('source') }}

select * from renamed
