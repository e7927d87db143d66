with source as (
    {{ current_rows('shopify', 'orders') }}
),

-- an order's own cells stand on its first row only: they tell where it begins, and its Id goes on all its rows
numbered as (
    select
        *,
        sum(case when id is not null or total is not null then 1 else 0 end) over order_rows as block_number,
        last_value(id ignore nulls) over order_rows as shopify_order_id
    from source
    window order_rows as (
        partition by _load_id, name
        order by _row_number
        rows between unbounded preceding and current row
    )
),

-- an order that stands twice in one file (two parts pasted together) counts once, as it stands last
blocks as (
    select
        *,
        max(block_number) over (partition by _load_id, name, shopify_order_id) as last_block_number,
        row_number() over (partition by _load_id, name, block_number order by _row_number) as line_number
    from numbered
),

renamed as (
    select
        _source as source,
        _instance as instance,
        shopify_order_id,
        name as order_name,
        line_number = 1 as is_order_row,
        line_number,
        email,
        coalesce(phone, billing_phone, shipping_phone) as phone,
        created_at as ordered_at,
        lower(financial_status) as financial_status,
        lower(fulfillment_status) as fulfillment_status,
        cancelled_at,
        fulfilled_at as shipped_at,
        upper(currency) as currency,
        subtotal as subtotal_amount,
        discount_amount,
        shipping as shipping_amount,
        taxes as tax_amount,
        duties as duties_amount,
        total as total_amount,
        refunded_amount,
        discount_code,
        payment_method,
        source as channel,
        accepts_marketing,
        upper(shipping_country) as country_code,
        lineitem_name as title,
        lineitem_sku as sku,
        lineitem_quantity as quantity,
        lineitem_price as unit_price_amount,
        lineitem_discount as line_discount_amount,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from blocks
    where block_number = last_block_number
)

select * from renamed
