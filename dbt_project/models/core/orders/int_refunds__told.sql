-- Refunds as the API tells them, with what their lines took back. Gift cards were no sale, so they are no return; where
-- prices hold the tax, so does what a line gives back. A refund that tells of no lines took nothing back; one
-- of which a line cannot be read says nothing.
with refunds as (
    select * from {{ ref('int_lined_refunds__unioned') }}
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
        lines.line_key,
        lines.quantity,
        lines.amount - case when orders.is_tax_included then lines.tax_amount else 0 end as goods_amount,
        coalesce(
            lines.is_gift_card,
            list_contains(gift_cards.line_keys, lines.line_key)
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
        coalesce(sum(quantity) filter (where not is_gift_card), 0) as returned_quantity,
        list_sort(
            list(struct_pack(line_key := line_key, quantity := quantity, goods_amount := goods_amount))
            filter (where not is_gift_card)
        ) as lines
    from judged
    group by source, instance, refund_key
)

select
    refunds.* exclude (lines),
    case when len(refunds.lines) = 0 then 0 else goods.returned_amount end as returned_amount,
    case when len(refunds.lines) = 0 then 0 else goods.returned_quantity end as returned_quantity,
    goods.lines
from refunds
left join goods
    on
        refunds.source = goods.source
        and refunds.instance = goods.instance
        and refunds.refund_key = goods.refund_key
