{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='order_id',
    meta={'touched': 'int_orders__retold', 'compared': true}, post_hook='{{ remember_build() }}'
) }}
with lines as (
    select judged.*
    from {{ ref('int_order_lines__judged') }} as judged
    {{ only_touched('int_orders__retold', 'judged', ['order_id']) }}
),

orders as (
    select
        reported.order_id,
        reported.customer_id,
        reported.ordered_at,
        reported.ordered_date,
        reported.currency as order_currency,
        reported.reporting_rate,
        reported.cost_rate,
        valued.cost_currency as order_cost_currency,
        reported.discount_amount,
        -- what only its value tells; its lines have their own reasons where none is valid or no customer is known
        case
            when valued.invalid_order_reason not in ('no_valid_line', 'customer_unknown')
                then 'order_' || valued.invalid_order_reason
        end as value_reason,
        valued.goods_tax_amount,
        valued.gross_amount + valued.goods_tax_amount - valued.discount_amount as goods_amount
    from {{ ref('core_orders') }} as reported
    inner join {{ ref('int_orders__valued') }} as valued on reported.order_id = valued.order_id
    {{ only_touched('int_orders__retold', 'reported', ['order_id']) }}
),

totals as (
    select
        order_id,
        sum(listed_amount) as listed_amount,
        nullif(sum(listed_amount) filter (where not is_gift_card), 0) as goods_amount,
        coalesce(sum(own_discount_amount) filter (where not is_gift_card), 0) as own_discount_amount,
        sum(tax_amount) filter (where not is_gift_card) as told_tax_amount
    from lines
    where line_reason is null
    group by order_id
),

-- what the order took off beyond its lines' own discounts is shared out by value; nobody discounts a gift card with it
discounted as (
    select
        lines.*,
        coalesce(lines.own_discount_amount, 0)
        + case
            when lines.line_reason is not null or (lines.is_gift_card and totals.goods_amount is not null) then 0
            else
                greatest(cast(orders.discount_amount - totals.own_discount_amount as double), 0)
                * lines.listed_amount / nullif(coalesce(totals.goods_amount, totals.listed_amount), 0)
        end as discount_amount,
        totals.told_tax_amount,
        orders.* exclude (order_id, discount_amount),
        coalesce(lines.currency = orders.order_currency, lines.currency is null) as is_in_order_currency
    from lines
    left join orders on lines.order_id = orders.order_id
    left join totals on lines.order_id = totals.order_id
),

-- where prices hold the tax, the order's tax of goods is that of its lines as they tell it, else shared out by value
untaxed as (
    select
        *,
        try_cast(case
            when is_gift_card then 0
            when line_reason is not null or coalesce(goods_tax_amount, 0) = 0 then listed_amount
            when abs(told_tax_amount - goods_tax_amount) < 0.01 then listed_amount - coalesce(tax_amount, 0)
            else
                listed_amount
                - cast(goods_tax_amount as double) * (listed_amount - discount_amount) / nullif(goods_amount, 0)
        end as decimal(18, 4)) as gross_amount
    from discounted
)

select
    order_line_id,
    order_id,
    product_id,
    customer_id,
    source,
    instance,
    has_order,
    line_key,
    ordered_at,
    ordered_date,
    product_key,
    sku,
    title,
    is_gift_card,
    is_merchandise,
    quantity,
    coalesce(currency, order_currency) as currency,
    unit_price_amount,
    listed_amount,
    gross_amount,
    try_cast(discount_amount as decimal(18, 4)) as discount_amount,
    shipping_amount,
    case
        when cost_currency is null then cost_amount
        when cost_currency = order_cost_currency and is_in_order_currency
            then try_cast(cost_amount * cost_rate as decimal(18, 4))
    end as cost_amount,
    case when is_in_order_currency then try_cast(gross_amount * reporting_rate as decimal(18, 4)) end
        as reporting_gross_amount,
    coalesce(order_reason, value_reason, line_reason) is null as is_valid_line,
    coalesce(order_reason, value_reason, line_reason) as invalid_line_reason,
    _source_table,
    _load_id,
    _row_number
from untaxed
