{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='order_id',
    meta={'touched': 'int_orders__touched'}, post_hook='{{ remember_build() }}'
) }}
with shopify_orders as (
    select * from {{ ref('int_shopify_orders__merged') }}
),

-- an order that does not say its currency has that of its lines
entity_orders as (
    select told.* replace (coalesce(told.currency, lines.currency) as currency)
    from {{ ref('stg_entity__orders') }} as told
    left join (
        select
            source,
            instance,
            order_key,
            min(currency) as currency
        from {{ ref('stg_entity__order_lines') }}
        group by source, instance, order_key
        having min(currency) = max(currency)
    ) as lines
        on told.source = lines.source and told.instance = lines.instance and told.order_key = lines.order_key
),

unioned as (
    select
        source,
        instance,
        order_key,
        order_name,
        vendor_customer_id,
        account_email,
        account_stated_at,
        email,
        phone,
        ordered_at,
        currency,
        financial_status,
        fulfillment_status,
        is_cancelled,
        cancelled_at,
        is_test,
        channel,
        country_code,
        payment_method,
        discount_code,
        listed_amount,
        subtotal_amount,
        discount_amount,
        tax_amount,
        shipping_amount,
        duties_amount,
        total_amount,
        current_subtotal_amount,
        refunded_amount,
        has_newer_csv_sale,
        is_tax_included,
        shipped_at,
        _source_table,
        _load_id,
        _row_number
    from shopify_orders

    union all by name

    select
        source,
        instance,
        order_key,
        coalesce(order_name, order_key) as order_name,
        customer_key as vendor_customer_id,
        email,
        phone,
        ordered_at,
        currency,
        coalesce(financial_status, lower(status)) as financial_status,
        fulfillment_status,
        is_cancelled,
        cancelled_at,
        coalesce(is_test, false) as is_test,
        channel,
        country_code,
        payment_method,
        discount_code,
        gross_amount as listed_amount,
        gross_amount - coalesce(discount_amount, 0) as subtotal_amount,
        discount_amount,
        tax_amount,
        shipping_amount,
        total_amount,
        refunded_amount,
        false as has_newer_csv_sale,
        is_tax_included,
        shipped_at,
        delivered_at,
        promised_at,
        'entity.orders' as _source_table,
        _load_id,
        _row_number
    from entity_orders
)

select
    {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
    *,
    {{ store_date('ordered_at') }} as ordered_date,
    {{ tax_included_by_sum('unioned') }} as is_tax_included_by_sum
from unioned
{{ only_touched('int_orders__touched', 'unioned', ['source', 'instance', 'order_key']) }}
