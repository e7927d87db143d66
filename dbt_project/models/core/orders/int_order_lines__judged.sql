{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='order_id',
    meta={'touched': 'int_orders__revalued', 'compared': true}, post_hook='{{ remember_build() }}'
) }}
with lines as (
    select unioned.*
    from {{ ref('int_order_lines__unioned') }} as unioned
    {{ only_touched('int_orders__revalued', 'unioned', ['order_id']) }}
),

orders as (
    select * from {{ ref('int_orders__judged') }}
),

products as (
    select * from {{ ref('core_products') }}
),

rules as (
    select * from {{ ref('int_exclusion_rules__resolved') }}
),

-- where the order says no currency and its lines several, none of them is in its currency
mixed as (
    select order_id
    from lines
    where currency is not null
    group by order_id
    having min(currency) != max(currency)
)

select
    lines.order_line_id,
    lines.order_id,
    orders.order_id is not null as has_order,
    products.product_id,
    lines.source,
    lines.instance,
    lines.line_key,
    lines.product_key,
    lines.sku,
    lines.title,
    lines.quantity,
    lines.currency,
    lines.unit_price_amount,
    try_cast(cast(lines.quantity as double) * cast(lines.unit_price_amount as double) as decimal(18, 4))
        as listed_amount,
    lines.own_discount_amount,
    lines.tax_amount,
    lines.shipping_amount,
    try_cast(cast(lines.quantity as double) * cast(products.cost_amount as double) as decimal(18, 4)) as cost_amount,
    -- where the catalogue tells another currency than the line's: that of the cost
    nullif(products.currency, coalesce(lines.currency, orders.currency)) as cost_currency,
    -- the order's own flag, else the catalogue's: the orders CSV does not say what is a gift card
    coalesce(lines.is_gift_card, products.is_gift_card, false) as is_gift_card,
    coalesce(products.is_merchandise, true) as is_merchandise,
    {{ product_state('products') }} as product_state,
    -- what speaks against the order, and what against the line itself: a cancelled order still has a value
    case
        when rules.order_line_order_unknown and orders.order_id is null then 'order_unknown'
        when orders.header_reason != 'customer_unknown' then 'order_' || orders.header_reason
        when rules.order_line_customer_unknown and orders.customer_id is null then 'customer_unknown'
    end as order_reason,
    case
        when rules.order_line_quantity_unknown and lines.quantity is null then 'quantity_unknown'
        when rules.order_line_quantity_zero and lines.quantity = 0 then 'quantity_zero'
        when rules.order_line_quantity_negative and lines.quantity < 0 then 'quantity_negative'
        when rules.order_line_price_unknown and lines.unit_price_amount is null then 'price_unknown'
        when rules.order_line_price_negative and lines.unit_price_amount < 0 then 'price_negative'
        when rules.order_line_price_zero and lines.unit_price_amount = 0 then 'price_zero'
        when
            rules.order_line_currency_other
            and (lines.currency != orders.currency or (orders.currency is null and mixed.order_id is not null))
            then 'currency_other'
        when rules.order_line_not_merchandise and not products.is_merchandise then 'not_merchandise'
    end as line_reason,
    lines._source_table,
    lines._load_id,
    lines._row_number
from lines
inner join rules on lines.source = rules.source
left join orders on lines.order_id = orders.order_id
left join mixed on lines.order_id = mixed.order_id
left join products
    on
        lines.source = products.source
        and lines.instance = products.instance
        and lines.product_key = products.product_key
