with source as (
    {{ current_rows('entity', 'customers') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        customer_key,
        person_key,
        email,
        phone,
        first_name,
        last_name,
        company,
        street,
        postal_code,
        city,
        region,
        upper(trim(country_code)) as country_code,
        is_account,
        accepts_email_marketing,
        accepts_sms_marketing,
        language,
        customer_group,
        tags,
        acquisition_channel,
        created_at,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
