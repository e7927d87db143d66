-- whose order it is: the account speaks before the e-mail address, the address before the phone
with orders as (
    select * from {{ ref('int_orders__unioned') }}
),

identities as (
    select * from {{ ref('core_customer_identities') }}
)

select
    orders.order_id,
    coalesce(account.customer_id, address.customer_id, line.customer_id) as customer_id
from orders
left join identities as account
    on
        account.identity_type = 'vendor_id'
        and account.identity_value = orders.source || '|' || orders.instance || '|' || orders.vendor_customer_id
left join identities as address
    on address.identity_type = 'email' and address.identity_value = {{ normalised_email('orders.email') }}
left join identities as line
    on line.identity_type = 'phone' and line.identity_value = {{ normalised_phone('orders.phone') }}
