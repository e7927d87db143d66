with source as (
    {{ current_rows('shopify', 'order_transactions') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        order_id as shopify_order_id,
        name as order_name,
        row_number() over (partition by _load_id, order_id order by _row_number) as transaction_number,
        lower(kind) as kind,
        lower(status) as status,
        gateway,
        amount,
        upper(currency) as currency,
        created_at as processed_at,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from source
)

select * from renamed
