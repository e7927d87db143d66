with months as (
    select * from {{ ref('core_ticket_sla_months') }}
)

select * from months
