-- every version ever exported: only so can the day be told on which its sum of refunds was first seen
with source as (
    select * from {{ source('shopify', 'bulk_orders') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        -- one number, of which the gid is the dearer spelling
        coalesce(legacy_resource_id, {{ gid_number('id') }}) as shopify_order_id,
        upper(coalesce(currency_code, shop_currency_code)) as currency,
        cancelled_at,
        total_refunded_amount as refunded_amount,
        _exported_at as exported_at,
        _load_id,
        _row_number
    from source
)

select * from renamed
