with traces as (
    select * from {{ ref('int_customers__unioned') }}
),

identities as (
    select * from {{ ref('core_customer_identities') }}
),

-- an account speaks before an address, an address before a phone: as orders are joined to people
identified as (
    select
        traces.*,
        coalesce(account.customer_id, address.customer_id, line.customer_id) as customer_id
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

select
    customer_id,
    min_by(source, coalesce(created_at, updated_at)) as first_source,
    count(distinct source) as source_count,
    max_by(email, updated_at) filter (where email is not null) as email,
    min(created_at) as first_seen_at,
    coalesce(bool_or(is_account), false) as has_account,
    coalesce(bool_or(email is not null), false) as has_email,
    max_by(accepts_marketing, updated_at) filter (where accepts_marketing is not null) as accepts_marketing,
    max_by(country_code, updated_at) filter (where country_code is not null) as country_code
from identified
where customer_id is not null
group by customer_id
