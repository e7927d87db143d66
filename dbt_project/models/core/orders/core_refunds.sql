with rates as (
    select * from {{ ref('int_exchange_rates__resolved') }}
),

joined as (
    select
        refunds.* exclude (returned_amount),
        refunds.returned_amount as stated_returned_amount,
        orders.order_id is not null as has_order,
        orders.customer_id,
        orders.unit_count,
        cast(orders.total_amount as double) as order_total_amount,
        coalesce(refunds.currency = orders.currency, true) as is_in_order_currency,
        case
            when orders.order_id is null then 'order_unknown'
            when coalesce(refunds.refunded_at < {{ calendar_start() }}, true) then 'time_unknown'
            when refunds.refunded_at >= {{ as_of() }} then 'after_as_of'
            when refunds.refunded_amount < 0 then 'amount_negative'
        end as own_reason,
        coalesce(own_reason, 'order_' || orders.invalid_order_reason) as invalid_refund_reason,
        orders.currency as order_currency,
        orders.ordered_date,
        coalesce(refunds.currency, orders.currency) as refund_currency,
        {{ store_date('refunds.refunded_at') }} as refunded_date,
        cast(orders.gross_amount - orders.discount_amount as double) as goods_amount,
        {{ goods_share('orders') }} as goods_share
    from {{ ref('int_refunds__unioned') }} as refunds
    left join {{ ref('int_orders__valued') }} as orders on refunds.order_id = orders.order_id
),

-- Money of another currency meets its order by the rates of the refund's day, else by the sum that the order says was
-- paid back; without either nobody can compare the two.
converted as (
    select
        joined.*,
        {%- set reporting_currency = "'" ~ var('reporting_currency') ~ "'" %}
        case when joined.refund_currency = {{ reporting_currency }} then 1.0 else own.rate end as day_rate,
        case when joined.order_currency = {{ reporting_currency }} then 1.0 else theirs.rate end as order_day_rate,
        coalesce(
            case when joined.is_in_order_currency then 1.0 else day_rate / nullif(order_day_rate, 0) end,
            joined.order_rate_by_sum
        ) as order_rate,
        coalesce(day_rate, order_rate * order_day_rate) as reporting_rate,
        -- a return of a sale that is in no sum, for want of its day's rate, belongs in none either
        coalesce(joined.order_currency = {{ reporting_currency }} or sold.rate is not null, false) as is_sale_converted
    from joined
    left join rates as own on joined.refund_currency = own.currency and joined.refunded_date = own.date_day
    left join rates as theirs on joined.order_currency = theirs.currency and joined.refunded_date = theirs.date_day
    left join rates as sold on joined.order_currency = sold.currency and joined.ordered_date = sold.date_day
),

running as (
    select
        *,
        cast(refunded_amount as double) * order_rate as order_refunded_amount,
        sum(cast(refunded_amount as double) * order_rate) over (
            partition by order_id, stated_returned_amount is null
            order by refunded_at, refund_key
            rows between unbounded preceding and current row
        ) as refunded_so_far_amount
    from converted
),

-- Where a refund does not tell its goods: goods go back before shipping, with their tax.
estimated as (
    select
        *,
        -- least() passes over a null: without a rate nothing is said
        case
            when order_rate is not null
                then coalesce(
                    cast(stated_returned_amount as double) * order_rate,
                    round(least(refunded_so_far_amount * goods_share, goods_amount), 2)
                    - round(least((refunded_so_far_amount - order_refunded_amount) * goods_share, goods_amount), 2)
                )
        end as said_returned_amount,
        -- what an order's own amounts take, a cancelled order's too
        own_reason is null and order_rate is not null as is_compared
    from running
),

-- One order's refunds, in their order: what all of them together paid and took back.
summed as (
    select
        *,
        coalesce(sum(order_refunded_amount) filter (where is_compared) over so_far, 0) as counted_refunded_amount,
        coalesce(sum(said_returned_amount) filter (where is_compared) over so_far, 0) as counted_returned_amount,
        sum(returned_quantity) filter (where invalid_refund_reason is null) over so_far as counted_quantity
    from estimated
    window so_far as (
        partition by order_id
        order by refunded_at, refund_key rows between unbounded preceding and current row
    )
),

-- Told or estimated, goods taken back are never more than were sold; what was said too much is flagged.
capped as (
    select
        *,
        is_compared
        and coalesce(
            counted_refunded_amount > order_total_amount + 0.01 or counted_returned_amount > goods_amount + 0.01, false
        ) as is_above_order_amount,
        coalesce(invalid_refund_reason is null and returned_quantity > 0 and counted_quantity > unit_count, false)
            as is_above_sold_quantity,
        case
            when
                is_compared
                and greatest(counted_returned_amount, counted_returned_amount - said_returned_amount) > goods_amount
                then
                    least(counted_returned_amount, goods_amount)
                    - least(counted_returned_amount - said_returned_amount, goods_amount)
            else said_returned_amount
        end as order_returned_amount,
        -- goods that nobody can compare stay as they were told
        coalesce(order_returned_amount / order_rate, cast(stated_returned_amount as double)) as goods_returned_amount
    from summed
)

select
    {{ surrogate_key(['source', 'instance', 'order_id', 'refund_key']) }} as refund_id,
    order_id,
    customer_id,
    source,
    instance,
    has_order,
    refunded_at,
    refunded_date,
    basis in ('running_sum', 'current_amount') as is_date_estimated,
    basis,
    refund_currency as currency,
    is_in_order_currency,
    refunded_amount,
    try_cast(goods_returned_amount as decimal(18, 4)) as returned_amount,
    try_cast(returned_quantity as decimal(18, 4)) as returned_quantity,
    stated_returned_amount is null or coalesce(is_returned_amount_shared, false) as is_returned_amount_estimated,
    try_cast(order_refunded_amount as decimal(18, 4)) as refunded_in_order_currency_amount,
    try_cast(order_returned_amount as decimal(18, 4)) as returned_in_order_currency_amount,
    try_cast(refunded_amount * reporting_rate as decimal(18, 4)) as reporting_refunded_amount,
    try_cast(goods_returned_amount * reporting_rate as decimal(18, 4)) as reporting_returned_amount,
    is_sale_converted,
    is_above_order_amount,
    is_above_sold_quantity,
    own_reason is null as is_in_order_amounts,
    invalid_refund_reason,
    _source_table,
    _load_id,
    _row_number
from capped
