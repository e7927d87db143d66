-- Orders that count in every sum although something about them is not as it should be, as numbers.
with flags as (
    select
        source,
        unnest([
            case when not is_known_status then 'status_unknown' end,
            case when has_unexplained_amount then 'amount_unexplained' end,
            case when is_tax_partly_told then 'tax_partly_told' end
        ]) as rule
    from {{ ref('core_orders') }}
    where is_valid_order
)

select
    'flagged_order' as entity,
    source,
    rule,
    count(*) as record_count
from flags
where rule is not null
group by source, rule
