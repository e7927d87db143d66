-- every version ever exported: whether an earlier one told that less was paid back
with source as (
    select * from {{ source('shopify', 'bulk_orders') }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        -- one number, of which the gid is the dearer spelling
        coalesce(legacy_resource_id, {{ gid_number('id') }}) as shopify_order_id,
        total_refunded_amount as refunded_amount,
        _exported_at as exported_at
    from source
)

select * from renamed
