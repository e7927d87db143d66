-- Whose ticket it is: by the help desk's id of the requester, else by the e-mail that came with the ticket, else by the
-- phone.
with tickets as (
    select * from {{ ref('int_tickets__unioned') }}
),

vendor_ids as (
    select
        identity_value,
        customer_id
    from {{ ref('core_customer_identities') }}
    where identity_type = 'vendor_id'
),

emails as (
    select
        identity_value,
        customer_id
    from {{ ref('core_customer_identities') }}
    where identity_type = 'email'
),

phones as (
    select
        identity_value,
        customer_id
    from {{ ref('core_customer_identities') }}
    where identity_type = 'phone'
),

keyed as (
    select
        ticket_id,
        source || '|' || instance || '|' || requester_key as requester_value,
        {{ normalised_email('requester_email') }} as email_value,
        {{ normalised_phone('requester_phone') }} as phone_value
    from tickets
),

identified as (
    select
        keyed.ticket_id,
        coalesce(vendor_ids.customer_id, emails.customer_id, phones.customer_id) as customer_id
    from keyed
    left join vendor_ids on keyed.requester_value = vendor_ids.identity_value
    left join emails on keyed.email_value = emails.identity_value
    left join phones on keyed.phone_value = phones.identity_value
)

select * from identified
