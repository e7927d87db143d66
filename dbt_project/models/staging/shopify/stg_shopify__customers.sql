with source as (
    {{ with_version(current_rows('shopify', 'customers')) }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        customer_id as shopify_customer_id,
        email,
        coalesce(phone, default_address_phone) as phone,
        upper(country_code) as country_code,
        accepts_email_marketing as accepts_marketing,
        total_spent as total_spent_amount,
        total_orders as order_count,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from source
    -- the same account again under a changed e-mail address or phone
    qualify
        row_number() over (
            partition by _source, _instance, coalesce(cast(customer_id as varchar), email, phone)
            order by _version desc, _row_number desc
        ) = 1
)

select * from renamed
