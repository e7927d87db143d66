-- Labels and records of Shopify's orders in whose place newer ones count, as numbers: of the same order, or (of a label
-- that was given twice) of another one.
with versions as (
    select * from {{ ref('stg_shopify__order_versions') }}
    where is_first_row
),

given_twice as (
    select
        source,
        instance,
        order_name
    from versions
    group by source, instance, order_name
    having min(shopify_order_id) < max(shopify_order_id)
),

replaced as (
    select
        'order_label' as entity,
        'replaced_by_a_newer' as rule,
        source
    from {{ ref('int_shopify_orders__relabelled') }}

    union all

    select
        'order_record',
        'replaced_by_a_newer',
        source
    from {{ ref('int_shopify_orders__outdated') }}

    union all

    select distinct on (versions.source, versions.instance, versions.shopify_order_id)
        'order_label',
        'given_to_another_order',
        versions.source
    from versions
    semi join given_twice
        on
            versions.source = given_twice.source
            and versions.instance = given_twice.instance
            and versions.order_name is not distinct from given_twice.order_name
    anti join {{ ref('int_orders__unioned') }} as orders
        on
            versions.source = orders.source
            and versions.instance = orders.instance
            and cast(versions.shopify_order_id as varchar) = orders.order_key
    where versions.shopify_order_id is not null
)

select
    entity,
    source,
    rule,
    count(*) as record_count
from replaced
group by entity, source, rule
