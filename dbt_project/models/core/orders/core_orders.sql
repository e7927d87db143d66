with orders as (
    select * from {{ ref('int_orders__valued') }}
),

rates as (
    select * from {{ ref('int_exchange_rates__resolved') }}
),

refunds as (
    select
        order_id,
        sum(refunded_in_order_currency_amount) as refunded_amount,
        sum(returned_in_order_currency_amount) as returned_amount,
        sum(reporting_returned_amount) as reporting_returned_amount,
        max(refunded_at) as last_refunded_at
    from {{ ref('core_refunds') }}
    where invalid_refund_reason is null or invalid_refund_reason like 'order_%'
    group by order_id
),

payments as (
    select
        order_id,
        sum(amount) as paid_amount
    from {{ ref('core_payments') }}
    where is_money_in
    group by order_id
),

dated as (
    select
        *,
        {{ store_day('ordered_at') }} as ordered_day,
        invalid_order_reason is null as is_valid_order
    from orders
),

-- counted over valid orders alone: a cancelled or test order is nobody's first
numbered as (
    select
        order_id,
        row_number() over (partition by customer_id order by ordered_at, order_id) as customer_order_number
    from {{ ref('int_orders__valued') }}
    where invalid_order_reason is null and customer_id is not null
)

select
    dated.order_id,
    dated.customer_id,
    dated.source,
    dated.instance,
    dated.order_key,
    dated.order_name,
    dated.ordered_at,
    dated.ordered_day,
    dated.financial_status,
    dated.fulfillment_status,
    coalesce(dated.financial_status is null or statuses.financial_status is not null, false) as is_known_status,
    dated.is_test,
    dated.is_cancelled,
    dated.cancelled_at,
    dated.channel,
    dated.country_code,
    dated.payment_method,
    dated.discount_code,
    coalesce(parcels.shipped_at, dated.shipped_at) as shipped_at,
    -- what was sent so far has arrived, but not the order
    case
        when coalesce(dated.fulfillment_status, '') not in ('partial', 'partially_fulfilled')
            then coalesce(parcels.delivered_at, dated.delivered_at)
    end as delivered_at,
    coalesce(parcels.promised_at, dated.promised_at) as promised_at,
    dated.line_count,
    dated.valid_line_count,
    dated.unit_count,
    dated.currency,
    dated.currency is null or rates.rate is not null as is_known_currency,
    try_cast(dated.gross_amount as decimal(18, 4)) as gross_amount,
    try_cast(dated.discount_amount as decimal(18, 4)) as discount_amount,
    try_cast(dated.gross_amount - dated.discount_amount as decimal(18, 4)) as sold_amount,
    try_cast(coalesce(refunds.returned_amount, 0) as decimal(18, 4)) as returned_amount,
    try_cast(dated.gross_amount - dated.discount_amount - coalesce(refunds.returned_amount, 0) as decimal(18, 4))
        as net_amount,
    try_cast(dated.gift_card_amount as decimal(18, 4)) as gift_card_amount,
    try_cast(dated.tax_amount as decimal(18, 4)) as tax_amount,
    try_cast(dated.shipping_amount as decimal(18, 4)) as shipping_amount,
    try_cast(dated.total_amount as decimal(18, 4)) as total_amount,
    try_cast(payments.paid_amount as decimal(18, 4)) as paid_amount,
    try_cast(coalesce(refunds.refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    refunds.last_refunded_at,
    case when dated.is_cost_known then try_cast(dated.cost_amount as decimal(18, 4)) end as cost_amount,
    dated.is_tax_included,
    dated.has_unexplained_amount,
    try_cast(dated.gross_amount * rates.rate as decimal(18, 4)) as reporting_gross_amount,
    try_cast(dated.discount_amount * rates.rate as decimal(18, 4)) as reporting_discount_amount,
    try_cast((dated.gross_amount - dated.discount_amount) * rates.rate as decimal(18, 4)) as reporting_sold_amount,
    try_cast((dated.gross_amount - dated.discount_amount) * rates.rate as decimal(18, 4))
    - coalesce(refunds.reporting_returned_amount, 0) as reporting_net_amount,
    try_cast(dated.total_amount * rates.rate as decimal(18, 4)) as reporting_total_amount,
    try_cast(dated.tax_amount * rates.rate as decimal(18, 4)) as reporting_tax_amount,
    try_cast(dated.shipping_amount * rates.rate as decimal(18, 4)) as reporting_shipping_amount,
    case
        when dated.is_cost_known then try_cast(dated.cost_amount * rates.rate as decimal(18, 4))
    end as reporting_cost_amount,
    dated.is_valid_order,
    dated.invalid_order_reason,
    numbered.customer_order_number,
    dated._source_table,
    dated._load_id,
    dated._row_number
from dated
left join numbered on dated.order_id = numbered.order_id
left join rates on dated.currency = rates.currency and dated.ordered_day = rates.date_day
left join refunds on dated.order_id = refunds.order_id
left join payments on dated.order_id = payments.order_id
left join {{ ref('int_orders__delivered') }} as parcels on dated.order_id = parcels.order_id
left join {{ ref('financial_statuses') }} as statuses on dated.financial_status = statuses.financial_status
