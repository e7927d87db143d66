-- The refunds that somebody told with their dates. One order's come from one place: the best that knows them; but what
-- its transactions hold above these was paid back as well.
with queried as (
    select * from {{ ref('int_refunds__queried') }}
),

entity_refunds as (
    select * from {{ ref('stg_entity__refunds') }}
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

    union all

    select
        {{ surrogate_key(['source', 'instance', 'order_key']) }},
        source,
        instance,
        order_key,
        refund_key,
        refunded_at,
        refunded_amount,
        -- less the tax and the shipping that the file tells in it
        case
            when returned_amount is not null then returned_amount
            when shipping_amount >= refunded_amount then 0
            when refunded_amount >= cast(tax_amount as decimal(38, 4)) + shipping_amount
                then try_cast(
                    refunded_amount - (cast(tax_amount as decimal(38, 4)) + shipping_amount) as decimal(18, 4)
                )
        end,
        false,
        null,
        currency,
        'refund',
        'entity.refunds',
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
union all
select * from by_transaction
