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
    select * from {{ ref('core_orders') }}
),

-- what the order took off beyond its lines' own discounts is shared out by value
totals as (
    select
        order_id,
        sum(gross_amount) as gross_amount,
        sum(coalesce(own_discount_amount, 0)) as own_discount_amount
    from lines
    where line_reason is null
    group by order_id
)

select
    lines.order_line_id,
    lines.order_id,
    lines.product_id,
    orders.customer_id,
    lines.source,
    lines.instance,
    lines.has_order,
    lines.line_key,
    orders.ordered_at,
    orders.ordered_day,
    lines.product_key,
    lines.sku,
    lines.title,
    lines.is_gift_card,
    lines.is_merchandise,
    lines.quantity,
    orders.currency,
    lines.unit_price_amount,
    lines.gross_amount,
    try_cast(
        coalesce(lines.own_discount_amount, 0)
        + case
            when lines.line_reason is null
                then
                    greatest(cast(orders.discount_amount - totals.own_discount_amount as double), 0)
                    * lines.gross_amount / nullif(totals.gross_amount, 0)
            else 0
        end as decimal(18, 4)
    ) as discount_amount,
    lines.shipping_amount,
    lines.cost_amount,
    try_cast(
        cast(lines.gross_amount as double) * orders.reporting_gross_amount / nullif(orders.gross_amount, 0)
        as decimal(18, 4)
    )
        as reporting_gross_amount,
    coalesce(lines.order_reason, lines.line_reason) is null as is_valid_line,
    coalesce(lines.order_reason, lines.line_reason) as invalid_line_reason,
    lines._source_table,
    lines._load_id,
    lines._row_number
from lines
left join orders on lines.order_id = orders.order_id
left join totals on lines.order_id = totals.order_id
