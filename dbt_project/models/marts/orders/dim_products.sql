with products as (
    select * from {{ ref('core_products') }}
)

select
    product_id,
    source,
    instance,
    product_key,
    sku,
    title,
    variant_title,
    category,
    brand,
    price_amount,
    cost_amount,
    currency,
    is_gift_card,
    is_merchandise,
    status
from products
