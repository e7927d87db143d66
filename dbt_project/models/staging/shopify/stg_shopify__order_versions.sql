-- every version ever exported: only so can a refund that has no date be told from the day its sum was first seen
with source as (
    {{ with_version('select * from ' ~ source('shopify', 'orders')) }}
),

renamed as (
    select
        _source as source,
        _instance as instance,
        id as shopify_order_id,
        name as order_name,
        {{ shopify_order_cell() }} is not null as is_first_row,
        upper(currency) as currency,
        cancelled_at,
        refunded_amount,
        _exported_at as exported_at,
        _version as version,
        _load_id,
        _row_number
    from source
)

select * from renamed
