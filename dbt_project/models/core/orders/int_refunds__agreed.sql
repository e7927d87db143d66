-- What sales agreements took back: goods, and the money that went with them. An exchange pays
-- with what it takes back, so only what is left is money; an edit pays nothing back. What the order says was paid back
-- is the most that its agreements paid: a return that was agreed on may be paid later.
with running as (
    select
        *,
        case when is_edit then 0 else left_amount end as refunded_amount,
        sum(left_amount) filter (where not is_edit) over (
            partition by source, instance, order_key
            order by happened_at, agreement_key rows between unbounded preceding and current row
        ) as refunded_so_far_amount
    from {{ ref('int_agreements__unioned') }}
)

select
    source,
    instance,
    order_key,
    agreement_key,
    is_edit,
    happened_at,
    case
        when refunded_amount = 0 then 0
        -- least() passes over a null: an order that does not say what was paid back bounds nothing
        else
            least(refunded_so_far_amount, order_refunded_amount)
            - least(refunded_so_far_amount - refunded_amount, order_refunded_amount)
    end as refunded_amount,
    returned_amount,
    returned_quantity,
    lines,
    _source_table,
    _load_id,
    _row_number
from running
