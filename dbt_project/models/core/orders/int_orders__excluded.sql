-- What each rule of orders left out of its counts, or flagged, as numbers. core_excluded_records says why, in words.
with orders as (
    select
        'order' as entity,
        source,
        invalid_order_reason as rule,
        count(*) as record_count
    from {{ ref('core_orders') }}
    where not is_valid_order
    group by source, invalid_order_reason
),

lines as (
    select
        'order_line' as entity,
        source,
        invalid_line_reason as rule,
        count(*) as record_count
    from {{ ref('core_order_lines') }}
    where not is_valid_line
    group by source, invalid_line_reason
),

refunds as (
    select
        'refund' as entity,
        source,
        invalid_refund_reason as rule,
        count(*) as record_count
    from {{ ref('core_refunds') }}
    where invalid_refund_reason is not null
    group by source, invalid_refund_reason
),

payments as (
    select
        'payment' as entity,
        source,
        case
            when not has_order then 'order_unknown'
            when is_test then 'test_payment'
            when status != 'success' or status is null then 'not_successful'
            when kind in ('authorization', 'void') then 'no_money_moved'
            when kind = 'capture' then 'told_twice'
            else 'kind_unknown'
        end as rule,
        count(*) as record_count
    from {{ ref('core_payments') }}
    where not has_order or not (is_money_in or is_money_out)
    group by source, rule
),

paid_amounts as (
    select
        'payment_in_paid_amount' as entity,
        source,
        'other_currency' as rule,
        count(*) as record_count
    from {{ ref('core_payments') }}
    where is_money_in and not is_in_order_currency
    group by source
),

customer_numbers as (
    select
        'order_in_customer_numbers' as entity,
        source,
        'customer_unknown' as rule,
        count(*) as record_count
    from {{ ref('core_orders') }}
    where is_valid_order and customer_id is null
    group by source
),

reporting_amounts as (
    select
        'order_in_reporting_currency' as entity,
        source,
        'currency_or_rate_unknown' as rule,
        count(*) as record_count
    from {{ ref('core_orders') }}
    where is_valid_order and reporting_gross_amount is null
    group by source
),

refund_reporting_amounts as (
    select
        'refund_in_reporting_currency' as entity,
        source,
        case
            when
                (refunded_amount is not null and reporting_refunded_amount is null)
                or (returned_amount is not null and reporting_returned_amount is null)
                then 'currency_or_rate_unknown'
            when returned_amount != 0 and not is_sale_converted then 'sale_unconverted'
        end as rule,
        count(*) as record_count
    from {{ ref('core_refunds') }}
    where invalid_refund_reason is null and rule is not null
    group by source, rule
),

excluded as (
    select * from orders
    union all
    select * from lines
    union all
    select * from refunds
    union all
    select * from payments
    union all
    select * from paid_amounts
    union all
    select * from customer_numbers
    union all
    select * from reporting_amounts
    union all
    select * from refund_reporting_amounts
    union all
    select * from {{ ref('int_shopify_orders__replaced') }}
    union all
    select * from {{ ref('int_orders__flagged') }}
    union all
    select * from {{ ref('int_refunds__flagged') }}
)

select * from excluded
