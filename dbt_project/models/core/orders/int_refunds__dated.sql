-- The refunds that somebody told with their dates. One order's come from one place: the best that knows them; but what
-- its transactions hold above these was paid back as well.
with queried as (
    select * from {{ ref('int_refunds__queried') }}
),

-- Less the tax and the shipping that a file tells in it. Where an order's prices hold the tax, its shipping does too,
-- and each has its share of it.
entity_refunds as (
    select
        refunds.*,
        cast(refunds.refunded_amount as decimal(38, 4)) - refunds.shipping_amount as unshipped_amount,
        try_cast(case
            when refunds.shipping_amount >= refunds.refunded_amount then 0
            when least(refunds.tax_amount, refunds.shipping_amount) < 0 then null
            when refunds.tax_amount > unshipped_amount then null
            when coalesce(orders.is_tax_included, false)
                then
                    unshipped_amount
                    - round(cast(refunds.tax_amount as double) * unshipped_amount / refunds.refunded_amount, 2)
            else unshipped_amount - refunds.tax_amount
        end as decimal(18, 4)) as told_goods_amount
    from {{ ref('stg_entity__refunds') }} as refunds
    left join {{ ref('int_orders__valued') }} as orders
        on
            refunds.source = orders.source
            and refunds.instance = orders.instance
            and refunds.order_key = orders.order_key
),

dated as (
    select
        {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
        source,
        instance,
        order_key,
        refund_key,
        refunded_at,
        refunded_amount,
        returned_amount,
        is_returned_amount_shared,
        returned_quantity,
        currency,
        basis,
        _source_table,
        _load_id,
        _row_number
    from queried

    union all by name

    select
        {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
        source,
        instance,
        order_key,
        refund_key,
        refunded_at,
        refunded_amount,
        coalesce(returned_amount, told_goods_amount) as returned_amount,
        false as is_returned_amount_shared,
        currency,
        'refund' as basis,
        'entity.refunds' as _source_table,
        _load_id,
        _row_number
    from entity_refunds
),

told as (
    select
        order_id,
        sum(refunded_amount) as told_amount,
        min(currency) as first_currency,
        max(currency) as last_currency
    from dated
    group by order_id
),

-- A later file of transactions holds a later refund. Sums of several currencies cannot be compared: then what was told
-- counts.
paid_back as (
    select
        payments.*,
        sum(payments.amount) over so_far as paid_so_far_amount,
        coalesce(told.told_amount, 0) as told_amount
    from {{ ref('core_payments') }} as payments
    left join told on payments.order_id = told.order_id
    where
        payments.is_money_out
        and (
            told.order_id is null
            or (
                told.told_amount > 0
                and payments.amount > 0
                and coalesce(
                    told.first_currency = payments.currency and told.last_currency = payments.currency,
                    payments.is_in_order_currency
                )
            )
        )
    window so_far as (
        partition by payments.order_id
        order by payments.paid_at, payments.payment_id rows between unbounded preceding and current row
    )
),

by_transaction as (
    select
        order_id,
        source,
        instance,
        cast(null as varchar) as order_key,
        payment_id as refund_key,
        paid_at as refunded_at,
        case
            when told_amount = 0 then amount
            else greatest(paid_so_far_amount, told_amount) - greatest(paid_so_far_amount - amount, told_amount)
        end as refunded_amount,
        cast(null as decimal(18, 4)) as returned_amount,
        false as is_returned_amount_shared,
        cast(null as decimal(18, 4)) as returned_quantity,
        currency,
        'transaction' as basis,
        _source_table,
        _load_id,
        _row_number
    from paid_back
    where told_amount = 0 or paid_so_far_amount > told_amount + 0.01
)

select * from dated
union all by name
select * from by_transaction
