-- Refunds as a source's API tells them, with their lines where it does. An arm a shop system.
with plain as (
    select refunds.*
    from {{ ref('stg_shopify__bulk_refunds') }} as refunds
    anti join {{ ref('int_shopify_orders__outdated') }} using (source, instance, order_gid)
),

shopify_refunds as (
    select
        coalesce(lined.source, plain.source) as source,
        coalesce(lined.instance, plain.instance) as instance,
        cast(coalesce(lined.shopify_order_id, plain.shopify_order_id) as varchar) as order_key,
        coalesce(lined.refund_gid, plain.refund_gid) as refund_key,
        coalesce(lined.refunded_at, plain.refunded_at) as refunded_at,
        coalesce(lined.refunded_amount, plain.refunded_amount) as refunded_amount,
        coalesce(lined.currency, plain.currency) as currency,
        list_transform(
            coalesce(lined.lines, plain.lines),
            lambda line: struct_pack(
                line_key := cast(line.shopify_line_id as varchar),
                sku := line.sku,
                is_gift_card := line.is_gift_card,
                quantity := line.quantity,
                amount := line.amount,
                tax_amount := line.tax_amount
            )
        ) as lines,
        case when plain.refund_gid is null then 'shopify.refunds_items' else 'shopify.bulk_orders_refunds' end
            as _source_table,
        coalesce(plain._load_id, lined._load_id) as _load_id,
        coalesce(plain._row_number, lined._row_number) as _row_number
    from plain
    full outer join {{ ref('stg_shopify__refunds') }} as lined
        on
            plain.source = lined.source
            and plain.instance = lined.instance
            and plain.refund_gid = lined.refund_gid
    -- an order whose id one file writes otherwise than another tells its refunds in both
    qualify
        row_number() over (
            partition by coalesce(lined.source, plain.source), coalesce(lined.instance, plain.instance), refund_key
            order by lined._load_id desc, lined._row_number desc
        ) = 1
)

select * from shopify_refunds
