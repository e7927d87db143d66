-- Records of the API whose order another record tells newer: one order's id may be written as a gid, with a question
-- behind it, or as a plain number, and the loader takes each text for an order of its own.
with records as (
    select
        source,
        instance,
        order_gid,
        shopify_order_id,
        updated_at,
        exported_at,
        _load_id,
        _row_number
    from {{ ref('stg_shopify__bulk_orders') }}
),

repeated as (
    select
        source,
        instance,
        shopify_order_id
    from records
    where shopify_order_id is not null
    group by source, instance, shopify_order_id
    having count(*) > 1
)

select
    records.source,
    records.instance,
    records.order_gid,
    records._load_id,
    records._row_number
from records
semi join repeated
    on
        records.source = repeated.source
        and records.instance = repeated.instance
        and records.shopify_order_id = repeated.shopify_order_id
-- a load's id says nothing about time, it only keeps two records of one instant in one order
qualify
    row_number() over (
        partition by records.source, records.instance, records.shopify_order_id
        order by
            records.updated_at desc nulls last, records.exported_at desc nulls last,
            records._load_id desc, records._row_number desc
    ) > 1
