-- Refunds as the API tells them. Their goods come from the refund's lines; what the sales agreements of the order took
-- back beyond these is shared out by money over the refunds that do not tell their lines. An order of which only
-- agreements are known gives one refund an agreement. An edit is a row of its own, whatever was paid back later.
with refunds as (
    select * from {{ ref('int_refunds__told') }}
),

told_orders as (
    select distinct
        source,
        instance,
        order_key
    from refunds
),

edits as (
    select * from {{ ref('int_edits__compared') }}
),

-- Each agreement's own row, and what of its goods belongs to the refunds that were told. An edit that took back no
-- goods, or none that its order's amounts still hold, is nothing.
agreements as (
    select
        agreed.* exclude (returned_amount, returned_quantity, lines),
        case when agreed.is_edit then edits.returned_amount else agreed.returned_amount end as returned_amount,
        case when agreed.is_edit then edits.returned_quantity else agreed.returned_quantity end as returned_quantity,
        case when agreed.is_edit then edits.refunded_goods_amount else agreed.returned_amount end
            as refunded_goods_amount,
        case
            when agreed.is_edit then edits.returned_amount > 0 or edits.returned_quantity > 0
            else told_orders.order_key is null
        end as is_row
    from {{ ref('int_refunds__agreed') }} as agreed
    left join edits
        on
            agreed.source = edits.source
            and agreed.instance = edits.instance
            and agreed.agreement_key = edits.agreement_key
    left join told_orders
        on
            agreed.source = told_orders.source
            and agreed.instance = told_orders.instance
            and agreed.order_key = told_orders.order_key
    where not agreed.is_edit or edits.agreement_key is not null
),

agreed_orders as (
    select
        source,
        instance,
        order_key,
        coalesce(sum(refunded_goods_amount), 0) as returned_amount
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
