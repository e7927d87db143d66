{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='order_id',
    meta={'touched': 'int_orders__revalued', 'compared': true}, post_hook='{{ remember_build() }}'
) }}
with orders as (
    select unioned.*
    from {{ ref('int_orders__unioned') }} as unioned
    {{ only_touched('int_orders__revalued', 'unioned', ['order_id']) }}
),

lines as (
    select
        order_id,
        count(*) as line_count,
        count(*) filter (where is_valid) as valid_line_count,
        bool_or(quantity is null or unit_price_amount is null) as has_unvalued_line,
        sum(quantity) filter (where is_valid) as unit_count,
        try_cast(sum(listed_amount) filter (where is_valid) as decimal(18, 4)) as listed_amount,
        try_cast(sum(listed_amount) filter (where is_card) as decimal(18, 4)) as card_listed_amount,
        try_cast(sum(own_discount_amount) filter (where is_card) as decimal(18, 4)) as card_discount_amount,
        try_cast(sum(own_discount_amount) filter (where is_valid) as decimal(18, 4)) as discount_amount,
        try_cast(sum(tax_amount) filter (where is_valid) as decimal(18, 4)) as tax_amount,
        try_cast(sum(tax_amount) filter (where is_card) as decimal(18, 4)) as card_tax_amount,
        try_cast(sum(tax_amount) filter (where is_goods) as decimal(18, 4)) as goods_tax_amount,
        coalesce(bool_or(tax_amount is null) filter (where is_goods and listed_amount != 0), false) as is_tax_untold,
        try_cast(sum(shipping_amount) filter (where is_valid) as decimal(18, 4)) as shipping_amount,
        try_cast(sum(cost_amount) filter (where is_goods and cost_currency is null) as decimal(18, 4)) as cost_amount,
        try_cast(sum(cost_amount) filter (where is_goods and cost_currency is not null) as decimal(18, 4))
            as foreign_cost_amount,
        min(cost_currency) filter (where is_goods) as cost_currency,
        coalesce(bool_and(cost_amount is not null) filter (where is_goods), false)
        and count(distinct cost_currency) filter (where is_goods) <= 1 as is_cost_known
    from (
        select
            judged_lines.*,
            judged_lines.line_reason is null as is_valid,
            judged_lines.line_reason is null and judged_lines.is_gift_card as is_card,
            judged_lines.line_reason is null and not judged_lines.is_gift_card as is_goods
        from {{ ref('int_order_lines__judged') }} as judged_lines
        {{ only_touched('int_orders__revalued', 'judged_lines', ['order_id']) }}
    ) as judged_lines
    group by order_id
),

amounts as (
    select
        orders.order_id,
        coalesce(lines.line_count, 0) as line_count,
        coalesce(lines.valid_line_count, 0) as valid_line_count,
        lines.unit_count,
        lines.cost_amount,
        lines.foreign_cost_amount,
        lines.cost_currency,
        coalesce(lines.is_cost_known, false) as is_cost_known,
        lines.listed_amount as lines_amount,
        lines.has_unvalued_line,
        -- the API tells no list price: it is that of the lines if the discounts told, or a part, lead to the subtotal
        orders.listed_amount is null
        and lines.listed_amount >= orders.subtotal_amount
        and coalesce(
            lines.listed_amount - orders.subtotal_amount
            <= greatest(orders.discount_amount, lines.discount_amount) + 0.01, true
        ) as is_listed_by_lines,
        coalesce(lines.card_listed_amount, 0) as cards_amount,
        coalesce(
            orders.listed_amount,
            cast(orders.subtotal_amount as decimal(38, 4))
            + coalesce(greatest(orders.discount_amount, lines.discount_amount), 0)
        ) as header_amount,
        -- a header may tell its goods without the gift cards sold: both then make the sum of the lines
        try_cast(if(
            is_listed_by_lines or header_amount is null or header_amount + cards_amount = lines.listed_amount,
            lines.listed_amount, header_amount
        ) as decimal(18, 4)) as listed_amount,
        try_cast(case
            when is_listed_by_lines then lines.listed_amount - orders.subtotal_amount
            when orders.listed_amount is null then coalesce(greatest(orders.discount_amount, lines.discount_amount), 0)
            else coalesce(orders.discount_amount, lines.discount_amount, 0)
        end as decimal(18, 4)) as all_discount_amount,
        -- what was taken off a gift card was taken off no goods
        least(coalesce(lines.card_discount_amount, 0), all_discount_amount) as off_cards_amount,
        try_cast(cast(all_discount_amount as decimal(38, 4)) - off_cards_amount as decimal(18, 4)) as discount_amount,
        try_cast(cast(cards_amount as decimal(38, 4)) - off_cards_amount as decimal(18, 4)) as gift_card_amount,
        coalesce(orders.shipping_amount, lines.shipping_amount) as shipping_amount,
        coalesce(orders.tax_amount, lines.tax_amount) as tax_amount,
        coalesce(orders.tax_amount, lines.tax_amount) - coalesce(lines.card_tax_amount, 0) as own_tax_amount,
        orders.tax_amount is null and lines.is_tax_untold and lines.tax_amount is not null as is_tax_partly_told,
        case when is_tax_partly_told or not lines.is_tax_untold then lines.goods_tax_amount end as told_tax_amount,
        coalesce(
            orders.is_tax_included,
            orders.is_tax_included_by_sum,
            judged.is_shop_tax_included,
            {{ var('prices_include_tax') }}
        ) as is_tax_included
    from orders
    inner join {{ ref('int_orders__judged') }} as judged on orders.order_id = judged.order_id
    left join lines on orders.order_id = lines.order_id
),

-- the tax in the prices of goods: those of shipping and of gift cards are told with it, and are no part of them
taxes as (
    select
        orders.order_id,
        cast(amounts.listed_amount as decimal(38, 4)) - amounts.cards_amount as own_amount,
        own_amount - amounts.discount_amount as goods_amount,
        case
            when not amounts.is_tax_included then 0
            when goods_amount <= 0 then 0
            when coalesce(amounts.shipping_amount, 0) <= 0 then coalesce(amounts.own_tax_amount, 0)
            when amounts.told_tax_amount is not null then least(amounts.told_tax_amount, amounts.own_tax_amount)
            else round(coalesce(amounts.own_tax_amount, 0) * goods_amount / (goods_amount + amounts.shipping_amount), 2)
        end as goods_tax_amount,
        try_cast(coalesce(
            orders.total_amount,
            goods_amount + amounts.gift_card_amount + coalesce(amounts.shipping_amount, 0)
            + case when amounts.is_tax_included then 0 else coalesce(amounts.tax_amount, 0) end
        ) as decimal(18, 4)) as total_amount
    from orders
    inner join amounts on orders.order_id = amounts.order_id
)

select
    orders.* exclude (listed_amount, discount_amount, shipping_amount, tax_amount, is_tax_included, total_amount),
    amounts.* exclude (
        order_id, is_listed_by_lines, header_amount, own_tax_amount, told_tax_amount, lines_amount,
        has_unvalued_line, all_discount_amount, off_cards_amount, cards_amount
    ),
    judged.customer_id,
    judged.header_reason,
    judged.is_shop_tax_included,
    try_cast(taxes.own_amount - taxes.goods_tax_amount as decimal(18, 4)) as gross_amount,
    try_cast(taxes.goods_tax_amount as decimal(18, 4)) as goods_tax_amount,
    taxes.total_amount,
    coalesce(amounts.header_amount is not null and abs(amounts.listed_amount - amounts.lines_amount) > 0.01, false)
        as has_unexplained_amount,
    {{ is_amount_doubtful('orders', 'amounts', 'taxes.goods_amount') }} as is_amount_doubtful,
    coalesce(
        judged.header_reason,
        case
            when rules.order_total_negative and taxes.total_amount < 0 then 'total_negative'
            when rules.order_no_valid_line and amounts.line_count > 0 and amounts.valid_line_count = 0
                then 'no_valid_line'
            when rules.order_amount_unknown and amounts.listed_amount is null then 'amount_unknown'
        end
    ) as invalid_order_reason
from orders
inner join {{ ref('int_orders__judged') }} as judged on orders.order_id = judged.order_id
inner join amounts on orders.order_id = amounts.order_id
inner join taxes on orders.order_id = taxes.order_id
inner join {{ ref('int_exclusion_rules__resolved') }} as rules on orders.source = rules.source
