with source as (
    {{ current_rows('entity', 'marketing_spend') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        spend_date,
        channel,
        account_key,
        campaign_key,
        campaign_name,
        ad_group_key,
        ad_key,
        purpose,
        spend_amount,
        upper(trim(currency)) as currency,
        impression_count,
        click_count,
        conversion_count,
        conversion_value_amount,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
