-- The refunds that somebody told with their dates. One order's come from one place: the best that knows them.
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
        returned_amount,
        false,
        null,
        currency,
        'refund',
        'entity.refunds',
        _load_id,
        _row_number
    from entity_refunds
),

by_transaction as (
    select
        payments.order_id,
        payments.source,
        payments.instance,
        cast(null as varchar) as order_key,
        payments.payment_id as refund_key,
        payments.paid_at as refunded_at,
        payments.amount as refunded_amount,
        cast(null as decimal(18, 4)) as returned_amount,
        false as is_returned_amount_shared,
        cast(null as decimal(18, 4)) as returned_quantity,
        payments.currency,
        'transaction' as basis,
        payments._source_table,
        payments._load_id,
        payments._row_number
    from {{ ref('core_payments') }} as payments
    anti join dated on payments.order_id = dated.order_id
    where payments.is_money_out
)

select * from dated
union all
select * from by_transaction
