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

-- an account that changed its address belongs to the person of its newest; where only orders tell one, to theirs
accounts as (
    select
        source || '|' || instance || '|' || vendor_customer_id as identity_value,
        coalesce(
            {{ newest('email', 'updated_at') }} filter (where not is_contact), {{ newest('email', 'updated_at') }}
        ) as email,
        case
            when bool_or(email is not null and not is_contact)
                then max(updated_at) filter (where email is not null and not is_contact)
            else max(updated_at) filter (where email is not null)
        end as told_at,
        {{ newest('phone', 'updated_at') }} as phone,
        source || '|' || instance || '|' || max(person_key) as person_value
    from traces
    where vendor_customer_id is not null
    group by source, instance, vendor_customer_id
),

-- a person that the source itself knows over several accounts has the newest of their addresses
persons as (
    select
        person_value,
        {{ newest('email', 'told_at') }} as email
    from accounts
    where person_value is not null
    group by person_value
),

-- all addresses that such a person's accounts have today lead to the newest of them, but one that two persons share
led as (
    select
        accounts.email,
        min(persons.email) as led_email
    from accounts
    inner join persons on accounts.person_value = persons.person_value
    where accounts.email is not null
    group by accounts.email
    having min(persons.email) = max(persons.email)
),

people as (
    select
        accounts.identity_value,
        coalesce(persons.email, led.led_email, accounts.email) as person_email,
        accounts.phone,
        case
            when person_email is not null then {{ surrogate_key(["'email'", 'person_email']) }}
            else {{ surrogate_key(["'vendor_id'", 'coalesce(accounts.person_value, accounts.identity_value)']) }}
        end as customer_id
    from accounts
    left join persons on accounts.person_value = persons.person_value
    left join led on accounts.email = led.email
),

-- a phone that one account without an address has is that account's
owned_phones as (
    select
        phone,
        min(customer_id) as customer_id
    from people
    where phone is not null and person_email is null
    group by phone
    having min(customer_id) = max(customer_id)
),

identities as (
    select
        'email' as identity_type,
        addresses.email as identity_value,
        {{ surrogate_key(["'email'", 'coalesce(led.led_email, addresses.email)']) }} as customer_id
    from addresses
    left join led on addresses.email = led.email

    union all

    select
        'vendor_id',
        identity_value,
        customer_id
    from people

    union all

    select
        'phone',
        phones.phone,
        coalesce(owned_phones.customer_id, {{ surrogate_key(["'phone'", 'phones.phone']) }})
    from phones
    left join owned_phones on phones.phone = owned_phones.phone
)

select * from identities
