{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='order_id',
    meta={'touched': 'int_orders__retold', 'compared': true}, post_hook='{{ remember_build() }}'
) }}
with orders as (
    select valued.*
    from {{ ref('int_orders__valued') }} as valued
    {{ only_touched('int_orders__retold', 'valued', ['order_id']) }}
),

payments as (
    select
        all_payments.order_id,
        -- money of several currencies is no sum; change given at the till is taken off
        case
            when bool_and(all_payments.is_in_order_currency)
                then sum(all_payments.amount * case when all_payments.kind = 'change' then -1 else 1 end)
        end as paid_amount
    from {{ ref('core_payments') }} as all_payments
    {{ only_touched('int_orders__retold', 'all_payments', ['order_id']) }}
    where all_payments.is_money_in
    group by all_payments.order_id
),

-- what the goods cost, all in the order's currency
costs as (
    select
        orders.order_id,
        coalesce(orders.cost_amount, 0)
        + case when orders.cost_currency is null then 0 else orders.foreign_cost_amount * related.cost_rate end
            as cost_amount
    from orders
    inner join {{ ref('int_orders__related') }} as related on orders.order_id = related.order_id
    where orders.is_cost_known
)

select
    orders.order_id,
    orders.customer_id,
    orders.source,
    orders.instance,
    orders.order_key,
    orders.order_name,
    orders.ordered_at,
    related.ordered_date,
    orders.financial_status,
    orders.fulfillment_status,
    coalesce(orders.financial_status is null or statuses.financial_status is not null, false) as is_known_status,
    orders.is_test,
    orders.is_cancelled,
    orders.cancelled_at,
    orders.channel,
    orders.country_code,
    orders.payment_method,
    orders.discount_code,
    coalesce(parcels.shipped_at, orders.shipped_at) as shipped_at,
    -- what was sent so far has arrived, but not the order
    case
        when coalesce(orders.fulfillment_status, '') not in ('partial', 'partially_fulfilled')
            then coalesce(parcels.delivered_at, orders.delivered_at)
    end as delivered_at,
    coalesce(parcels.promised_at, orders.promised_at) as promised_at,
    orders.line_count,
    orders.valid_line_count,
    orders.unit_count,
    orders.currency,
    coalesce(orders.currency = '{{ var("reporting_currency") }}', false) or related.reporting_rate is not null
        as is_known_currency,
    try_cast(orders.gross_amount as decimal(18, 4)) as gross_amount,
    try_cast(orders.discount_amount as decimal(18, 4)) as discount_amount,
    try_cast(orders.gross_amount - orders.discount_amount as decimal(18, 4)) as sold_amount,
    related.returned_amount,
    try_cast(orders.gross_amount - orders.discount_amount - related.returned_amount as decimal(18, 4))
        as net_amount,
    try_cast(orders.gift_card_amount as decimal(18, 4)) as gift_card_amount,
    try_cast(orders.tax_amount as decimal(18, 4)) as tax_amount,
    try_cast(orders.shipping_amount as decimal(18, 4)) as shipping_amount,
    try_cast(orders.total_amount as decimal(18, 4)) as total_amount,
    try_cast(payments.paid_amount as decimal(18, 4)) as paid_amount,
    related.refunded_amount,
    related.last_refunded_at,
    try_cast(costs.cost_amount as decimal(18, 4)) as cost_amount,
    orders.is_tax_included,
    orders.has_unexplained_amount or orders.is_amount_doubtful as has_unexplained_amount,
    orders.is_tax_partly_told,
    related.reporting_rate,
    related.cost_rate,
    related.reporting_returned_amount,
    try_cast(orders.gross_amount * related.reporting_rate as decimal(18, 4)) as reporting_gross_amount,
    try_cast(orders.discount_amount * related.reporting_rate as decimal(18, 4)) as reporting_discount_amount,
    try_cast((orders.gross_amount - orders.discount_amount) * related.reporting_rate as decimal(18, 4))
        as reporting_sold_amount,
    try_cast((orders.gross_amount - orders.discount_amount) * related.reporting_rate as decimal(18, 4))
    - related.reporting_returned_amount as reporting_net_amount,
    try_cast(orders.total_amount * related.reporting_rate as decimal(18, 4)) as reporting_total_amount,
    try_cast(orders.tax_amount * related.reporting_rate as decimal(18, 4)) as reporting_tax_amount,
    try_cast(orders.shipping_amount * related.reporting_rate as decimal(18, 4)) as reporting_shipping_amount,
    try_cast(costs.cost_amount * related.reporting_rate as decimal(18, 4)) as reporting_cost_amount,
    orders.invalid_order_reason is null as is_valid_order,
    orders.invalid_order_reason,
    related.customer_order_number,
    related.next_ordered_at,
    orders._source_table,
    orders._load_id,
    orders._row_number
from orders
inner join {{ ref('int_orders__related') }} as related on orders.order_id = related.order_id
left join costs on orders.order_id = costs.order_id
left join payments on orders.order_id = payments.order_id
left join {{ ref('int_orders__delivered') }} as parcels on orders.order_id = parcels.order_id
left join {{ ref('financial_statuses') }} as statuses on orders.financial_status = statuses.financial_status
