-- The admin's products export in the layout of 2026: product cells on the first row of a handle only.
select
    handle as "Handle", case when first_row then title end as "Title",
    case when first_row then '<p>' || title || ', made' || chr(10) || 'to last</p>' end as "Body (HTML)",
    case when first_row then vendor end as "Vendor", case when first_row then 'Home & Garden' end as "Product Category",
    case when first_row then product_type end as "Type", case when first_row then lower(product_type) || ', sample' end as "Tags",
    case when first_row then 'true' end as "Published", case when first_row then if(is_gift_card, 'Denominations', 'Size') end as "Option1 Name",
    option as "Option1 Value", null::varchar as "Option1 Linked To", null::varchar as "Option2 Name", null::varchar as "Option2 Value",
    null::varchar as "Option2 Linked To", null::varchar as "Option3 Name", null::varchar as "Option3 Value",
    null::varchar as "Option3 Linked To", sku as "Variant SKU", grams as "Variant Grams",
    case when not is_gift_card then 'shopify' end as "Variant Inventory Tracker", stock as "Variant Inventory Qty",
    if(stock < 0, 'continue', 'deny') as "Variant Inventory Policy", if(is_gift_card, 'gift_card', 'manual') as "Variant Fulfillment Service",
    printf('%d.%02d', price_cents // 100, price_cents % 100) as "Variant Price", null::varchar as "Variant Compare At Price",
    not is_gift_card as "Variant Requires Shipping", not is_gift_card as "Variant Taxable",
    null::varchar as "Unit Price Total Measure", null::varchar as "Unit Price Total Measure Unit",
    null::varchar as "Unit Price Base Measure", null::varchar as "Unit Price Base Measure Unit", null::varchar as "Variant Barcode",
    case when first_row then 'https://cdn.example/' || handle || '.jpg' end as "Image Src", case when first_row then 1 end as "Image Position",
    null::varchar as "Image Alt Text", case when first_row then is_gift_card end as "Gift Card", null::varchar as "SEO Title",
    null::varchar as "SEO Description", null::varchar as "Google Shopping / Google Product Category",
    null::varchar as "Google Shopping / Gender", null::varchar as "Google Shopping / Age Group", null::varchar as "Google Shopping / MPN",
    null::varchar as "Google Shopping / Condition", null::varchar as "Google Shopping / Custom Product",
    null::varchar as "Google Shopping / Custom Label 0", null::varchar as "Google Shopping / Custom Label 1",
    null::varchar as "Google Shopping / Custom Label 2", null::varchar as "Google Shopping / Custom Label 3",
    null::varchar as "Google Shopping / Custom Label 4", null::varchar as "Color (product.metafields.shopify.color-pattern)",
    null::varchar as "Variant Image", 'g' as "Variant Weight Unit", null::varchar as "Variant Tax Code",
    case when not is_gift_card then printf('%d.%02d', cost_cents // 100, cost_cents % 100) end as "Cost per item",
    case when first_row then status end as "Status"
from (select *, row_number() over (partition by handle order by variant_index) = 1 as first_row from variants)
order by product_index, variant_index
