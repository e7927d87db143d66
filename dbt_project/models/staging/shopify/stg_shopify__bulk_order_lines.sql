with source as (
    {{ current_rows('shopify', 'bulk_orders_line_items') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        order_gid,
        {{ gid_number('order_gid') }} as shopify_order_id,
        id as line_gid,
        {{ gid_number('id') }} as shopify_line_id,
        -- the API writes no code as an empty one
        nullif(sku, '') as sku,
        coalesce(name, nullif(concat_ws(' - ', title, variant_title), '')) as title,
        quantity,
        original_unit_price as unit_price_amount,
        -- the allocations hold order-level discounts too; the line's own total does not
        coalesce(
            list_sum(
                list_transform(
                    cast(discount_allocations ->> '$[*].allocatedAmountSet.shopMoney.amount' as varchar[]),
                    lambda amount: try_cast(amount as decimal(18, 4))
                )
            ),
            total_discount_amount,
            original_total_amount - discounted_total_amount
        ) as discount_amount,
        -- an empty list says that no tax is in it, no list says nothing
        case
            when json_type(tax_lines) = 'ARRAY'
                then coalesce(
                    list_sum(
                        list_transform(
                            cast(tax_lines ->> '$[*].priceSet.shopMoney.amount' as varchar[]),
                            lambda amount: try_cast(amount as decimal(18, 4))
                        )
                    ),
                    0
                )
        end as tax_amount,
        is_gift_card,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from source
)

select * from renamed
