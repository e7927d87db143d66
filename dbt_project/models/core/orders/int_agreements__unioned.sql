-- Sales agreements that took something back: goods, and what is left to be paid for them. An arm a shop system.
with agreed as (
    select
        agreements.source,
        agreements.instance,
        cast(agreements.shopify_order_id as varchar) as order_key,
        agreements.agreement_gid as agreement_key,
        coalesce(any_value(agreements.reason) = 'order_edit', false) as is_edit,
        any_value(agreements.happened_at) as happened_at,
        any_value(agreements._load_id) as _load_id,
        min(agreements._row_number) as _row_number,
        greatest(-sum(sales.total_amount), 0) as left_amount,
        coalesce(
            -sum(sales.total_amount - coalesce(sales.tax_amount, 0)) filter (
                where sales.total_amount < 0 and sales.action_type = 'return' and sales.line_type = 'product'
            ), 0
        ) as returned_amount,
        -sum(sales.quantity) filter (
            where sales.total_amount < 0 and sales.action_type = 'return' and sales.line_type = 'product'
        ) as returned_quantity,
        list(
            struct_pack(
                line_gid := sales.line_item_gid,
                quantity := -sales.quantity,
                goods_amount := coalesce(sales.tax_amount, 0) - sales.total_amount
            )
        ) filter (
            where sales.total_amount < 0 and sales.action_type = 'return' and sales.line_type = 'product'
        ) as sales
    from {{ ref('stg_shopify__bulk_sales_agreements') }} as agreements
    inner join {{ ref('stg_shopify__bulk_sales') }} as sales
        on
            agreements.source = sales.source
            and agreements.instance = sales.instance
            and agreements.agreement_gid = sales.agreement_gid
    group by
        agreements.source, agreements.instance, agreements.shopify_order_id, agreements.agreement_gid
    having bool_or(sales.total_amount < 0 and sales.action_type = 'return')
),

orders as (
    select told.*
    from {{ ref('stg_shopify__bulk_orders') }} as told
    anti join {{ ref('int_shopify_orders__outdated') }} as outdated
        on told._load_id = outdated._load_id and told._row_number = outdated._row_number
)

select
    agreed.* exclude (sales),
    list_sort(
        list_transform(
            agreed.sales,
            lambda sale: struct_pack(
                line_key := cast({{ gid_number('sale.line_gid') }} as varchar),
                quantity := sale.quantity,
                goods_amount := sale.goods_amount
            )
        )
    ) as lines,
    orders.refunded_amount as order_refunded_amount,
    'shopify.bulk_orders_sales_agreements' as _source_table
from agreed
left join orders
    on
        agreed.source = orders.source
        and agreed.instance = orders.instance
        and agreed.order_key = cast(orders.shopify_order_id as varchar)
