-- Refunds that count in every sum although something about them cannot be (decision 0112), as numbers.
with flags as (
    select
        source,
        unnest([
            case when is_above_order_amount then 'above_order_amount' end,
            case when is_above_sold_quantity then 'above_sold_quantity' end,
            case when not is_in_order_currency then 'other_currency' end,
            case when refunded_amount is not null and refunded_in_order_currency_amount is null then 'rate_unknown' end
        ]) as rule
    from {{ ref('core_refunds') }}
    where invalid_refund_reason is null
)

select
    'flagged_refund' as entity,
    source,
    rule,
    count(*) as record_count
from flags
where rule is not null
group by source, rule
