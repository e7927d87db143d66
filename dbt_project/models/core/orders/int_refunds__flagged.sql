-- Refunds that count in every sum although something about them cannot be (decision 0112), as numbers; and payments
-- back of which nobody knows whether they are refunds of their own: their order's refunds are in another currency.
with flags as (
    select
        source,
        unnest([
            case when is_above_order_amount then 'above_order_amount' end,
            case when is_above_sold_quantity then 'above_sold_quantity' end,
            case when not is_in_order_currency then 'other_currency' end,
            case when is_date_estimated then 'date_estimated' end,
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

union all

select
    'payment_in_refunds',
    payments.source,
    'other_currency',
    count(*)
from {{ ref('core_payments') }} as payments
anti join {{ ref('core_refunds') }} as refunds
    on payments.order_id = refunds.order_id and payments.currency = refunds.currency
where payments.is_money_out and not payments.is_in_order_currency
group by payments.source
