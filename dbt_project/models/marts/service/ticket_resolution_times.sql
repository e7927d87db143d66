with months as (
    select * from {{ ref('core_ticket_months') }}
)

select * from months
