-- Refunds as the API tells them. Their goods come from the refund's lines; what the sales agreements of the order took
-- back beyond these is shared out by money over the refunds that do not tell their lines. An order of which only
-- agreements are known gives one refund an agreement.
with refunds as (
    select * from {{ ref('int_refunds__told') }}
),

negative_sales as (
    select
        agreements.source,
        agreements.instance,
        cast(agreements.shopify_order_id as varchar) as order_key,
        agreements.agreement_gid,
        coalesce(any_value(agreements.reason) = 'order_edit', false) as is_edit,
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

-- An edit takes goods off an order and pays nothing back; where the order's own amounts left them out already (lines
-- and header do not meet), it takes nothing off a second time.
agreements as (
    select
        negative_sales.* exclude (refunded_amount),
        case when negative_sales.is_edit then 0 else negative_sales.refunded_amount end as refunded_amount
    from negative_sales
    left join {{ ref('int_orders__valued') }} as orders
        on
            negative_sales.source = orders.source
            and negative_sales.instance = orders.instance
            and negative_sales.order_key = orders.order_key
    where not (negative_sales.is_edit and coalesce(orders.has_unexplained_amount, false))
),

agreed_orders as (
    select
        source,
        instance,
        order_key,
        sum(returned_amount) as returned_amount
    from agreements
    group by source, instance, order_key
)

select
    refunds.source,
    refunds.instance,
    refunds.order_key,
    refunds.refund_key,
    refunds.refunded_at,
    refunds.refunded_amount,
    case
        when refunds.returned_amount is not null then refunds.returned_amount
        -- greatest() passes over a null: without agreements nothing is said
        when agreed_orders.returned_amount is not null
            then try_cast(
                greatest(
                    cast(agreed_orders.returned_amount as double)
                    - coalesce(sum(refunds.returned_amount) over one_order, 0), 0
                )
                * refunds.refunded_amount
                / nullif(sum(refunds.refunded_amount) filter (where refunds.returned_amount is null) over one_order, 0)
                as decimal(18, 4)
            )
    end as returned_amount,
    refunds.returned_amount is null
    and agreed_orders.returned_amount is not null
    and count(*) filter (where refunds.returned_amount is null) over one_order > 1 as is_returned_amount_shared,
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
        and refunds.order_key = agreed_orders.order_key
window one_order as (partition by refunds.source, refunds.instance, refunds.order_key)

union all

select
    agreements.source,
    agreements.instance,
    agreements.order_key,
    agreements.agreement_gid,
    agreements.happened_at,
    agreements.refunded_amount,
    agreements.returned_amount,
    false,
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
        and agreements.order_key = refunds.order_key
