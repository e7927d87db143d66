{{ config(materialized='view') }}
with traces as (
    select * from {{ ref('int_customers__unioned') }}
),

identities as (
    select * from {{ ref('core_customer_identities') }}
),

-- an account speaks before an address, an address before a phone: as orders are joined to people
identified as (
    select
        coalesce(account.customer_id, address.customer_id, line.customer_id) as customer_id,
        traces.*
    from traces
    left join identities as account
        on
            account.identity_type = 'vendor_id'
            and account.identity_value = traces.source || '|' || traces.instance || '|' || traces.vendor_customer_id
    left join identities as address
        on address.identity_type = 'email' and address.identity_value = traces.email
    left join identities as line
        on line.identity_type = 'phone' and line.identity_value = traces.phone
)

select * from identified
where customer_id is not null
