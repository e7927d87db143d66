with source as (
    {{ current_rows('shopify', 'bulk_customers') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        coalesce(legacy_resource_id, {{ gid_number('id') }}) as shopify_customer_id,
        coalesce(email, default_email_address) as email,
        coalesce(phone, default_phone_number) as phone,
        created_at,
        updated_at,
        lower(state) as account_state,
        upper(country_code) as country_code,
        upper(marketing_state) = 'SUBSCRIBED' as accepts_marketing,
        _load_id,
        _row_number
    from source
)

select * from renamed
