with source as (
    {{ current_rows('shopify', 'orders') }}
),

-- an order's own cells stand on its first row only; one that stands twice in a file counts as it stands last
first_rows as (
    select *
    from source
    where {{ shopify_order_cell() }} is not null
    qualify
        row_number() over (
            partition by _load_id, coalesce(cast(id as varchar), name)
            order by _row_number desc
        ) = 1
),

renamed as (
    select
        _source as source,
        _instance as instance,
        id as shopify_order_id,
        name as order_name,
        email,
        coalesce(phone, billing_phone, shipping_phone) as phone,
        created_at as ordered_at,
        lower(financial_status) as financial_status,
        lower(fulfillment_status) as fulfillment_status,
        {{ is_told('cancelled_at') }} as is_cancelled,
        cancelled_at,
        fulfilled_at as shipped_at,
        upper(currency) as currency,
        subtotal as subtotal_amount,
        discount_amount,
        shipping as shipping_amount,
        taxes as tax_amount,
        duties as duties_amount,
        total as total_amount,
        refunded_amount,
        discount_code,
        payment_method,
        source as channel,
        upper(shipping_country) as country_code,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from first_rows
)

select * from renamed
