-- Who is one person: everybody who gave the same e-mail address, else the same account (or the source's own person
-- over its accounts), else the same phone. The whole of identity is decided here: better rules replace this model.
with traces as (
    select * from {{ ref('int_customers__unioned') }}
),

addresses as (
    select distinct email from traces
    where email is not null
),

phones as (
    select distinct phone from traces
    where phone is not null and email is null and vendor_customer_id is null
),

-- an account that changed its address belongs to the person of its newest address
accounts as (
    select
        source || '|' || instance || '|' || vendor_customer_id as identity_value,
        {{ newest('email', 'updated_at') }} as email,
        source || '|' || instance || '|' || coalesce(max(person_key), vendor_customer_id) as person_value
    from traces
    where vendor_customer_id is not null
    group by source, instance, vendor_customer_id
),

identities as (
    select
        'email' as identity_type,
        email as identity_value,
        {{ surrogate_key(["'email'", 'email']) }} as customer_id
    from addresses

    union all

    select
        'vendor_id',
        identity_value,
        case
            when email is not null then {{ surrogate_key(["'email'", 'email']) }}
            else {{ surrogate_key(["'vendor_id'", 'person_value']) }}
        end
    from accounts

    union all

    select
        'phone',
        phone,
        {{ surrogate_key(["'phone'", 'phone']) }}
    from phones
)

select * from identities
