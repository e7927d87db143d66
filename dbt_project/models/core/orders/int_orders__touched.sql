-- The orders a delivery not yet built in can have changed, by every key their records ever had. A superset is right.
with keys as (
    {{ touched_keys('shopify', 'orders', 'order_key', ['id', "'name:' || name"]) }}
    union all
    {{ touched_keys('shopify', 'bulk_orders', 'order_key', [
        'legacy_resource_id', gid_number('id'), 'id'
    ]) }}
    union all
    {{ touched_keys('shopify', 'order_transactions', 'order_key', ['order_id']) }}
    union all
    {{ touched_keys('entity', 'orders', 'order_key', ['order_key']) }}
    union all
    {{ touched_keys('entity', 'order_lines', 'order_key', ['order_key']) }}
    union all
    {{ touched_keys('entity', 'payments', 'order_key', ['order_key']) }}
    union all
    {{ touched_keys('entity', 'shipments', 'order_key', ['order_key']) }}
),

once as (
    select distinct * from keys
)

select
    {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
    *
from once
