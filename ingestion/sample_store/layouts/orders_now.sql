-- Orders and their refunds as known at as_of, of the run's windows and part.
create or replace temp table refunds_now as
select * from refunds where refunded_at < as_of();

create or replace temp table orders_now as
with known_orders as (
    select
        orders.* replace (
            known(orders.paid_at) as paid_at, known(orders.cancelled_at) as cancelled_at,
            known(orders.fulfilled_at) as fulfilled_at, known(orders.delivered_at) as delivered_at
        ),
        given_back.refunded_at, coalesce(given_back.amount, 0)::decimal(18, 2) as refunded
    from orders
    left join (
        select order_index, max(refunded_at) as refunded_at, sum(amount) as amount from refunds_now group by order_index
    ) as given_back using (order_index)
    where orders.created_at < as_of() and orders.created_at >= getvariable('created_from')::timestamp
        and orders.order_index between getvariable('first_index') and getvariable('last_index')
),
dated as (
    select *, greatest(created_at, paid_at, cancelled_at, fulfilled_at, delivered_at, refunded_at) as updated_at
    from known_orders
)
select
    *,
    case
        when cancelled_at is not null and cancel_kind = 1 then 'voided'
        when refunded > 0 and refunded >= total then 'refunded'
        when refunded > 0 then 'partially_refunded'
        when paid_at is not null then 'paid'
        when payment = 1 then 'authorized'
        else 'pending'
    end as financial_status,
    case when fulfilled_at is not null then 'fulfilled' when refunded > 0 then 'restocked' else 'unfulfilled' end as fulfilment_status
from dated
where updated_at >= getvariable('updated_from')::timestamp;

create or replace temp table lines_now as
select lines.*, variants.* exclude (variant_index), refund_lines.quantity as refunded_quantity, refund_lines.refund_id, refund_lines.step,
    refund_lines.refund_line_id, refund_lines.goods as refunded_goods, refund_lines.tax as refunded_tax
from order_lines as lines
join variants using (variant_index)
left join (select * from refund_lines join refunds_now using (refund_id)) as refund_lines using (line_id)
where lines.order_index in (select order_index from orders_now);

create or replace temp table payments_now as
with events as (
    select order_index, 1 as position, 'authorization' as kind, 'shopify_payments' as gateway, 'success' as status,
        total as amount, created_at + interval 3 second as happened_at
    from orders_now where payment = 1 and total > 0
    union all by name
    select order_index, 1 as position, 'sale' as kind, 'shopify_payments' as gateway, 'failure' as status, total as amount,
        created_at + interval 2 second as happened_at
    from orders_now where payment = 2 and total > 0
    union all by name
    select order_index, 2 as position, 'sale' as kind, 'gift_card' as gateway, 'success' as status,
        least(total, 20.00)::decimal(18, 2) as amount, paid_at - interval 1 second as happened_at
    from orders_now where payment = 3 and paid_at is not null and total > 0
    union all by name
    select order_index, 3 as position, case when payment = 1 then 'capture' else 'sale' end as kind,
        case when payment = 4 then 'manual' else 'shopify_payments' end as gateway, 'success' as status,
        case when payment = 3 then total - least(total, 20.00) else total end::decimal(18, 2) as amount, paid_at as happened_at
    from orders_now where paid_at is not null and total > case when payment = 3 then 20 else 0 end
    union all by name
    select order_index, 4 as position, 'void' as kind, 'shopify_payments' as gateway, 'success' as status, total as amount,
        cancelled_at as happened_at
    from orders_now where cancelled_at is not null and cancel_kind = 1 and payment = 1
    union all by name
    select order_index, 4 + refunds_now.step as position, 'refund' as kind,
        case when payment = 4 then 'manual' else 'shopify_payments' end as gateway, 'success' as status,
        refunds_now.amount, refunds_now.refunded_at as happened_at
    from orders_now join refunds_now using (order_index) where refunds_now.amount > 0
)
select *, 71000000000 + order_index * 8 + position as transaction_id from events;
