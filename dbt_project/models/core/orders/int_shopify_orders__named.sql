-- Orders whose Id one export lost (a spreadsheet makes 5E+12 of it) and others of the same label in the same shop tell.
-- A label with two Ids, or with and without one in a single file, may be two orders: nothing is said of it.
with versions as (
    select * from {{ ref('stg_shopify__order_versions') }}
    where is_first_row
),

lost as (
    select distinct
        source,
        instance,
        order_name
    from versions
    where shopify_order_id is null and order_name is not null
),

by_load as (
    select
        versions.source,
        versions.instance,
        versions.order_name,
        min(versions.shopify_order_id) as first_id,
        max(versions.shopify_order_id) as last_id,
        count(versions.shopify_order_id) between 1 and count(*) - 1 as is_mixed
    from versions
    semi join lost
        on
            versions.source = lost.source
            and versions.instance = lost.instance
            and versions.order_name = lost.order_name
    group by versions.source, versions.instance, versions.order_name, versions._load_id
)

select
    source,
    instance,
    order_name,
    min(first_id) as shopify_order_id
from by_load
group by source, instance, order_name
having min(first_id) = max(last_id) and not bool_or(is_mixed)
