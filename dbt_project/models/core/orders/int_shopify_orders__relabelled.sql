-- An order's label can change (a prefix, a slip fixed by hand), so one Id may stand under several labels, in one file
-- or in many. The newest export that holds the Id speaks, as it stands last; these are the labels it replaced.
with identified as (
    select
        versions.*,
        coalesce(versions.shopify_order_id, named.shopify_order_id) as known_order_id
    from {{ ref('stg_shopify__order_versions') }} as versions
    left join {{ ref('int_shopify_orders__named') }} as named
        on
            versions.source = named.source
            and versions.instance = named.instance
            and versions.order_name = named.order_name
),

repeated as (
    select
        source,
        instance,
        known_order_id
    from identified
    where known_order_id is not null
    group by source, instance, known_order_id
    having min(coalesce(order_name, '')) < max(coalesce(order_name, ''))
),

labels as (
    select distinct
        identified.source,
        identified.instance,
        identified.order_name
    from identified
    semi join repeated
        on
            identified.source = repeated.source
            and identified.instance = repeated.instance
            and identified.known_order_id = repeated.known_order_id
),

told as (
    select identified.*
    from identified
    semi join labels
        on
            identified.source = labels.source
            and identified.instance = labels.instance
            and identified.order_name is not distinct from labels.order_name
),

-- a label's newest delivery alone counts, as current_rows() has it
current_labels as (
    select *
    from told
    qualify dense_rank() over (partition by source, instance, order_name order by version desc) = 1
)

select distinct
    source,
    instance,
    order_name,
    shopify_order_id,
    known_order_id,
    _load_id
from current_labels
where is_first_row and known_order_id is not null
qualify
    order_name is distinct from first_value(order_name) over (
        partition by source, instance, known_order_id
        order by version desc, _row_number desc
    )
