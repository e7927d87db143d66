-- One order's refunds come from one place: the best that knows them with their dates.
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
),

by_sighting as (
    select
        {{ surrogate_key(['sightings.source', 'sightings.instance', 'sightings.order_key']) }} as order_id,
        sightings.source,
        sightings.instance,
        sightings.order_key,
        sightings.refund_key,
        sightings.refunded_at,
        sightings.refunded_amount,
        cast(null as decimal(18, 4)) as returned_amount,
        false as is_returned_amount_shared,
        cast(null as decimal(18, 4)) as returned_quantity,
        sightings.currency,
        'running_sum' as basis,
        'shopify.orders' as _source_table,
        sightings._load_id,
        sightings._row_number
    from {{ ref('int_refunds__dated_by_sighting') }} as sightings

    union all

    select
        order_id,
        source,
        instance,
        order_key,
        'sum',
        greatest(cancelled_at, ordered_at),
        refunded_amount,
        null,
        false,
        null,
        currency,
        'running_sum',
        _source_table,
        _load_id,
        _row_number
    from {{ ref('int_orders__unioned') }}
    where refunded_amount > 0 and _source_table = 'entity.orders'
)

select * from dated
union all
select * from by_transaction
union all
select by_sighting.*
from by_sighting
anti join dated on by_sighting.order_id = dated.order_id
anti join by_transaction on by_sighting.order_id = by_transaction.order_id
