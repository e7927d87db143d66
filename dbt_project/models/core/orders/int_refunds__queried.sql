-- Refunds as the API tells them. Their goods come from the refund's lines; what the sales agreements of the order took
-- back beyond these is shared out by money over the refunds that do not tell their lines. An order of which only
-- agreements are known gives one refund an agreement. An edit is a row of its own, whatever was paid back later.
with refunds as (
    select * from {{ ref('int_refunds__told') }}
),

told_orders as (
    select
        source,
        instance,
        order_key,
        coalesce(list(returned_amount) filter (where coalesce(refunded_amount, 0) = 0), []) as unpaid_returned_amounts
    from refunds
    group by source, instance, order_key
),

-- Where an order's own amounts left out already what its edit took back (lines and header do not meet), the edit takes
-- nothing off a second time, nor where a refund without money tells the same goods: one of such edits a refund.
agreements as (
    select
        agreed.*,
        told_orders.order_key is null
        or (
            agreed.is_edit
            and row_number() over (
                partition by
                    agreed.source, agreed.instance, agreed.order_key, agreed.is_edit, agreed.returned_amount
                order by agreed.happened_at, agreed.agreement_key
            ) > len(list_filter(
                told_orders.unpaid_returned_amounts, lambda amount: amount = agreed.returned_amount
            ))
        ) as is_row
    from {{ ref('int_refunds__agreed') }} as agreed
    left join {{ ref('int_orders__valued') }} as orders
        on
            agreed.source = orders.source
            and agreed.instance = orders.instance
            and agreed.order_key = orders.order_key
    left join told_orders
        on
            agreed.source = told_orders.source
            and agreed.instance = told_orders.instance
            and agreed.order_key = told_orders.order_key
    where not (agreed.is_edit and coalesce(orders.has_unexplained_amount, false))
),

agreed_orders as (
    select
        source,
        instance,
        order_key,
        coalesce(sum(returned_amount) filter (where not is_row), 0) as returned_amount
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
    agreements.agreement_key,
    agreements.happened_at,
    agreements.refunded_amount,
    agreements.returned_amount,
    false,
    agreements.returned_quantity,
    null,
    'agreement',
    agreements._source_table,
    agreements._load_id,
    agreements._row_number
from agreements
where agreements.is_row
