-- When an order left and arrived, told by its parcels. It left with the first and arrived with the last: while one is
-- under way, the order has not arrived. A parcel that was called off is none.
with queried as (
    select * from {{ ref('stg_shopify__bulk_fulfillments') }}
    where coalesce(status, 'success') not in ('cancelled', 'error', 'failure')
),

entity_shipments as (
    select * from {{ ref('stg_entity__shipments') }}
    where order_key is not null
),

parcels as (
    select
        source,
        instance,
        cast(shopify_order_id as varchar) as order_key,
        shipped_at,
        delivered_at
    from queried

    union all by name

    select
        source,
        instance,
        order_key,
        shipped_at,
        delivered_at,
        promised_at
    from entity_shipments
)

select
    {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
    min(shipped_at) as shipped_at,
    case when bool_and(delivered_at is not null) then max(delivered_at) end as delivered_at,
    max(promised_at) as promised_at
from parcels
group by source, instance, order_key
