with source as (
    {{ current_rows('entity', 'payments') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        order_key,
        payment_key,
        lower(trim(kind)) as kind,
        status,
        payment_method,
        gateway,
        amount,
        upper(trim(currency)) as currency,
        installment_count,
        paid_at,
        is_test,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
