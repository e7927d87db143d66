-- Refunds as the API tells them. Their goods come from the refund's lines, else from the sales agreements of the order,
-- shared out by money paid back; an order of which only agreements are known gives one refund an agreement.
with refunds as (
    select
        coalesce(lined.source, plain.source) as source,
        coalesce(lined.instance, plain.instance) as instance,
        coalesce(lined.shopify_order_id, plain.shopify_order_id) as shopify_order_id,
        coalesce(lined.refund_gid, plain.refund_gid) as refund_key,
        coalesce(lined.refunded_at, plain.refunded_at) as refunded_at,
        coalesce(lined.refunded_amount, plain.refunded_amount) as refunded_amount,
        coalesce(lined.currency, plain.currency) as currency,
        coalesce(lined.returned_amount, plain.returned_amount) as returned_amount,
        coalesce(lined.returned_quantity, plain.returned_quantity) as returned_quantity,
        case when plain.refund_gid is null then 'shopify.refunds_items' else 'shopify.bulk_orders_refunds' end
            as _source_table,
        coalesce(plain._load_id, lined._load_id) as _load_id,
        coalesce(plain._row_number, lined._row_number) as _row_number
    from {{ ref('stg_shopify__bulk_refunds') }} as plain
    full outer join {{ ref('stg_shopify__refunds') }} as lined
        on
            plain.source = lined.source
            and plain.instance = lined.instance
            and plain.refund_gid = lined.refund_gid
),

agreements as (
    select
        agreements.source,
        agreements.instance,
        agreements.shopify_order_id,
        agreements.agreement_gid,
        any_value(agreements.happened_at) as happened_at,
        any_value(agreements._load_id) as _load_id,
        min(agreements._row_number) as _row_number,
        -sum(sales.total_amount) as refunded_amount,
        coalesce(
            -sum(sales.total_amount - coalesce(sales.tax_amount, 0)) filter (where sales.line_type = 'product'), 0
        ) as returned_amount,
        -sum(sales.quantity) filter (where sales.line_type = 'product') as returned_quantity
    from {{ ref('stg_shopify__bulk_sales_agreements') }} as agreements
    inner join {{ ref('stg_shopify__bulk_sales') }} as sales
        on
            agreements.source = sales.source
            and agreements.instance = sales.instance
            and agreements.agreement_gid = sales.agreement_gid
    where sales.total_amount < 0 and sales.action_type = 'return'
    group by agreements.source, agreements.instance, agreements.shopify_order_id, agreements.agreement_gid
),

agreed_orders as (
    select
        source,
        instance,
        shopify_order_id,
        sum(returned_amount) as returned_amount
    from agreements
    group by source, instance, shopify_order_id
)

select
    refunds.source,
    refunds.instance,
    cast(refunds.shopify_order_id as varchar) as order_key,
    refunds.refund_key,
    refunds.refunded_at,
    refunds.refunded_amount,
    coalesce(
        refunds.returned_amount,
        try_cast(
            cast(agreed_orders.returned_amount as double)
            * refunds.refunded_amount
            / nullif(sum(refunds.refunded_amount) over (
                partition by refunds.source, refunds.instance, refunds.shopify_order_id
            ), 0) as decimal(18, 4)
        )
    ) as returned_amount,
    refunds.returned_quantity,
    refunds.currency,
    'refund' as basis,
    refunds._source_table,
    refunds._load_id,
    refunds._row_number
from refunds
left join agreed_orders
    on
        refunds.source = agreed_orders.source
        and refunds.instance = agreed_orders.instance
        and refunds.shopify_order_id = agreed_orders.shopify_order_id

union all

select
    agreements.source,
    agreements.instance,
    cast(agreements.shopify_order_id as varchar),
    agreements.agreement_gid,
    agreements.happened_at,
    agreements.refunded_amount,
    agreements.returned_amount,
    agreements.returned_quantity,
    null,
    'agreement',
    'shopify.bulk_orders_sales_agreements',
    agreements._load_id,
    agreements._row_number
from agreements
anti join refunds
    on
        agreements.source = refunds.source
        and agreements.instance = refunds.instance
        and agreements.shopify_order_id = refunds.shopify_order_id
