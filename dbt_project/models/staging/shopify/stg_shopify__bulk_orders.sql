with source as (
    {{ current_rows('shopify', 'bulk_orders') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        id as order_gid,
        coalesce({{ gid_number('id') }}, legacy_resource_id) as shopify_order_id,
        name as order_name,
        coalesce(customer_legacy_resource_id, {{ gid_number('customer_gid') }}) as shopify_customer_id,
        coalesce(email, customer_email) as email,
        customer_email as account_email,
        phone,
        coalesce(processed_at, created_at) as ordered_at,
        updated_at,
        {{ is_told('cancelled_at') }} as is_cancelled,
        cancelled_at,
        lower(cancel_reason) as cancel_reason,
        test as is_test,
        taxes_included as is_tax_included,
        upper(coalesce(currency_code, shop_currency_code)) as currency,
        lower(display_financial_status) as financial_status,
        lower(display_fulfillment_status) as fulfillment_status,
        source_name as channel,
        upper(shipping_country_code) as country_code,
        subtotal_amount,
        current_subtotal_amount,
        total_discounts_amount as discount_amount,
        total_tax_amount as tax_amount,
        total_shipping_amount as shipping_amount,
        total_duties_amount as duties_amount,
        total_amount,
        total_refunded_amount as refunded_amount,
        array_to_string(cast(payment_gateway_names as varchar[]), ' + ') as payment_method,
        discount_codes ->> '$[0]' as discount_code,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from source
)

select * from renamed
