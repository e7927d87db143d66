-- Labels and records of Shopify's orders in whose place newer ones of the same order count, as numbers.
with replaced as (
    select
        'order_label' as entity,
        source
    from {{ ref('int_shopify_orders__relabelled') }}

    union all

    select
        'order_record',
        source
    from {{ ref('int_shopify_orders__outdated') }}
)

select
    entity,
    source,
    'replaced_by_a_newer' as rule,
    count(*) as record_count
from replaced
group by entity, source
