-- Whose ticket it is: by the help desk's id of the requester, else by the e-mail that came with the ticket.
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

identified as (
    select
        tickets.ticket_id,
        coalesce(vendor_ids.customer_id, emails.customer_id) as customer_id
    from tickets
    left join vendor_ids
        on concat_ws('|', tickets.source, tickets.instance, tickets.requester_key) = vendor_ids.identity_value
        and tickets.requester_key is not null
    left join emails on {{ normalised_email('tickets.requester_email') }} = emails.identity_value
)

select * from identified
