-- One order's refunds come from one place: the best that knows them with their dates. What the order's own running sum
-- has above them is paid back as well: on the day it was first seen.
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

told as (
    select
        order_id,
        sum(refunded_amount) filter (where refunded_amount > 0) as told_amount,
        min(currency) as first_currency,
        max(currency) as last_currency
    from (
        select
            order_id,
            refunded_amount,
            currency
        from dated
        union all
        select
            order_id,
            refunded_amount,
            currency
        from by_transaction
    ) as refunds
    group by order_id
),

by_sighting as (
    select
        sightings.order_id,
        sightings.source,
        sightings.instance,
        sightings.order_key,
        sightings.refund_key,
        sightings.refunded_at,
        case
            when told.order_id is null then sightings.refunded_amount
            when coalesce(orders.currency = told.first_currency and orders.currency = told.last_currency, true)
                then
                    greatest(least(sightings.refunded_so_far_amount, orders.refunded_amount), told.told_amount)
                    - greatest(
                        least(sightings.refunded_so_far_amount - sightings.refunded_amount, orders.refunded_amount),
                        told.told_amount
                    )
            else 0
        end as refunded_amount,
        cast(null as decimal(18, 4)) as returned_amount,
        false as is_returned_amount_shared,
        cast(null as decimal(18, 4)) as returned_quantity,
        sightings.currency,
        'running_sum' as basis,
        'shopify.orders' as _source_table,
        sightings._load_id,
        sightings._row_number
    from (
        select
            *,
            {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id
        from {{ ref('int_refunds__dated_by_sighting') }}
    ) as sightings
    left join told on sightings.order_id = told.order_id
    left join {{ ref('int_orders__unioned') }} as orders on sightings.order_id = orders.order_id

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
where refunded_amount > 0.01
