-- What the sales agreements of the API's orders took back: goods, and the money that went with them. An exchange pays
-- with what it takes back, so only what is left is money; an edit pays nothing back. What the order says was paid back
-- is the most that its agreements paid: a return that was agreed on may be paid later.
with agreed as (
    select
        agreements.source,
        agreements.instance,
        cast(agreements.shopify_order_id as varchar) as order_key,
        agreements.agreement_gid,
        coalesce(any_value(agreements.reason) = 'order_edit', false) as is_edit,
        any_value(agreements.happened_at) as happened_at,
        any_value(agreements._load_id) as _load_id,
        min(agreements._row_number) as _row_number,
        greatest(-sum(sales.total_amount), 0) as left_amount,
        coalesce(
            -sum(sales.total_amount - coalesce(sales.tax_amount, 0)) filter (
                where sales.total_amount < 0 and sales.action_type = 'return' and sales.line_type = 'product'
            ), 0
        ) as returned_amount,
        -sum(sales.quantity) filter (
            where sales.total_amount < 0 and sales.action_type = 'return' and sales.line_type = 'product'
        ) as returned_quantity
    from {{ ref('stg_shopify__bulk_sales_agreements') }} as agreements
    inner join {{ ref('stg_shopify__bulk_sales') }} as sales
        on
            agreements.source = sales.source
            and agreements.instance = sales.instance
            and agreements.agreement_gid = sales.agreement_gid
    group by
        agreements.source, agreements.instance, agreements.shopify_order_id, agreements.agreement_gid
    having bool_or(sales.total_amount < 0 and sales.action_type = 'return')
),

orders as (
    select told.*
    from {{ ref('stg_shopify__bulk_orders') }} as told
    anti join {{ ref('int_shopify_orders__outdated') }} as outdated
        on told._load_id = outdated._load_id and told._row_number = outdated._row_number
),

running as (
    select
        *,
        case when is_edit then 0 else left_amount end as refunded_amount,
        sum(left_amount) filter (where not is_edit) over (
            partition by source, instance, order_key
            order by happened_at, agreement_gid rows between unbounded preceding and current row
        ) as refunded_so_far_amount
    from agreed
)

select
    running.source,
    running.instance,
    running.order_key,
    running.agreement_gid,
    running.is_edit,
    running.happened_at,
    case
        when running.refunded_amount = 0 then 0
        -- least() passes over a null: an order that does not say what was paid back bounds nothing
        else
            least(running.refunded_so_far_amount, orders.refunded_amount)
            - least(running.refunded_so_far_amount - running.refunded_amount, orders.refunded_amount)
    end as refunded_amount,
    running.returned_amount,
    running.returned_quantity,
    running._load_id,
    running._row_number
from running
left join orders
    on
        running.source = orders.source
        and running.instance = orders.instance
        and running.order_key = cast(orders.shopify_order_id as varchar)
