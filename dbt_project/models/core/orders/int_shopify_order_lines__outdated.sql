-- Lines of the API that another row tells newer: one line's id may be a gid in one file and a plain number in another,
-- and the loader takes each text for a line of its own.
with lines as (
    select
        source,
        instance,
        shopify_line_id,
        exported_at,
        _load_id,
        _row_number
    from {{ ref('stg_shopify__bulk_order_lines') }}
),

repeated as (
    select
        source,
        instance,
        shopify_line_id
    from lines
    where shopify_line_id is not null
    group by source, instance, shopify_line_id
    having count(*) > 1
)

select
    lines._load_id,
    lines._row_number
from lines
semi join repeated
    on
        lines.source = repeated.source
        and lines.instance = repeated.instance
        and lines.shopify_line_id = repeated.shopify_line_id
-- a load's id says nothing about time, it only keeps two rows of one instant in one order
qualify
    row_number() over (
        partition by lines.source, lines.instance, lines.shopify_line_id
        order by lines.exported_at desc nulls last, lines._load_id desc, lines._row_number desc
    ) > 1
