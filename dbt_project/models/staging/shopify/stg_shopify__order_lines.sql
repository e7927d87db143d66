with source as (
    {{ current_rows('shopify', 'orders') }}
),

-- the first row of an order tells where it begins, and its Id goes on all its rows
numbered as (
    select
        *,
        count({{ shopify_order_cell() }}) over order_rows as block_number,
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
        line_number,
        lineitem_name as title,
        lineitem_sku as sku,
        lineitem_quantity as quantity,
        lineitem_price as unit_price_amount,
        lineitem_discount as line_discount_amount,
        _load_id,
        _row_number
    from blocks
    where block_number = last_block_number
)

select * from renamed
