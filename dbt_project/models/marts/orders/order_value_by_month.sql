with months as (
    select * from {{ ref('core_order_months') }}
)

select * from months
