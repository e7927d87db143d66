with source as (
    {{ current_rows('entity', 'web_events') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        event_key,
        occurred_at,
        event_name,
        visitor_key,
        session_key,
        customer_key,
        email,
        page_path,
        page_title,
        referrer,
        campaign_source,
        campaign_medium,
        campaign,
        device_category,
        upper(trim(country_code)) as country_code,
        engagement_seconds,
        order_key,
        product_key,
        value_amount,
        upper(trim(currency)) as currency,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
