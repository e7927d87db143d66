-- Refunds as the API tells them, with what their lines took back. Gift cards were no sale, so they are no return; where
-- prices hold the tax, so does what a line gives back. A refund that tells of no lines took nothing back; one
-- of which a line cannot be read says nothing.
with plain as (
    select refunds.*
    from {{ ref('stg_shopify__bulk_refunds') }} as refunds
    anti join {{ ref('int_shopify_orders__outdated') }} using (source, instance, order_gid)
),

refunds as (
    select
        coalesce(lined.source, plain.source) as source,
        coalesce(lined.instance, plain.instance) as instance,
        cast(coalesce(lined.shopify_order_id, plain.shopify_order_id) as varchar) as order_key,
        coalesce(lined.refund_gid, plain.refund_gid) as refund_key,
        coalesce(lined.refunded_at, plain.refunded_at) as refunded_at,
        coalesce(lined.refunded_amount, plain.refunded_amount) as refunded_amount,
        coalesce(lined.currency, plain.currency) as currency,
        coalesce(lined.lines, plain.lines) as lines,
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
),

lines as (
    select
        source,
        instance,
        refund_key,
        {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
        unnest(lines, recursive := true)
    from refunds
),

-- an order that only the CSV tells has no ids of lines: its gift cards are known by their sku
gift_cards as (
    select
        order_id,
        list(line_key) as line_keys,
        list(sku) as skus
    from {{ ref('int_order_lines__judged') }}
    where is_gift_card
    group by order_id
),

judged as (
    select
        lines.source,
        lines.instance,
        lines.refund_key,
        lines.quantity,
        lines.amount - case when orders.is_tax_included then lines.tax_amount else 0 end as goods_amount,
        coalesce(
            lines.is_gift_card,
            list_contains(gift_cards.line_keys, cast(lines.shopify_line_id as varchar))
            or list_contains(gift_cards.skus, lines.sku),
            false
        ) as is_gift_card
    from lines
    left join {{ ref('int_orders__valued') }} as orders on lines.order_id = orders.order_id
    left join gift_cards on lines.order_id = gift_cards.order_id
),

goods as (
    select
        source,
        instance,
        refund_key,
        case
            when bool_and(is_gift_card or goods_amount is not null)
                then coalesce(sum(goods_amount) filter (where not is_gift_card), 0)
        end as returned_amount,
        coalesce(sum(quantity) filter (where not is_gift_card), 0) as returned_quantity
    from judged
    group by source, instance, refund_key
)

select
    refunds.* exclude (lines),
    case when len(refunds.lines) = 0 then 0 else goods.returned_amount end as returned_amount,
    case when len(refunds.lines) = 0 then 0 else goods.returned_quantity end as returned_quantity
from refunds
left join goods
    on
        refunds.source = goods.source
        and refunds.instance = goods.instance
        and refunds.refund_key = goods.refund_key
