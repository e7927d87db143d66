with source as (
    {{ current_rows('entity', 'exchange_rates') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        rate_date,
        upper(trim(base_currency)) as base_currency,
        upper(trim(quote_currency)) as quote_currency,
        rate,
        updated_at,
        _exported_at as exported_at,
        _extra as extra,
        _load_id,
        _row_number
    from source
)

select * from renamed
