with source as (
    {{ current_rows('entity', 'orders') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        order_key,
        order_name,
        customer_key,
        email,
        phone,
        ordered_at,
        upper(trim(currency)) as currency,
        status,
        lower(trim(financial_status)) as financial_status,
        lower(trim(fulfillment_status)) as fulfillment_status,
        coalesce(is_cancelled, false) or {{ is_told('cancelled_at') }} as is_cancelled,
        cancelled_at,
        cancel_reason,
        is_test,
        channel,
        upper(trim(country_code)) as country_code,
        gross_amount,
        -- many exports write a discount with a minus
        abs(discount_amount) as discount_amount,
        tax_amount,
        shipping_amount,
        total_amount,
        refunded_amount,
        is_tax_included,
        payment_method,
        discount_code,
        approved_at,
        shipped_at,
        delivered_at,
        promised_at,
        tags,
        note,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
