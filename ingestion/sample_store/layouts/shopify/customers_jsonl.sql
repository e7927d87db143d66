-- Customers of a bulk operation, changed since the last run (an order changes its customer).
with spent as (
    select o.person_index, count(*) as orders, max(o.created_at) as updated_at,
        (sum(case when o.cancel_kind = 1 and known(o.cancelled_at) is not null then 0 else o.total end)
            - coalesce(sum(r.amount), 0))::decimal(18, 2) as spent
    from orders as o
    left join refunds as r on r.order_index = o.order_index and r.refunded_at < as_of()
    where o.created_at < as_of()
    group by o.person_index
)
select to_json({
    id: 'gid://shopify/Customer/' || p.customer_id, legacyResourceId: p.customer_id::varchar, firstName: p.first_name, lastName: p.last_name,
    displayName: p.first_name || ' ' || p.last_name, email: p.store_email, phone: p.phone, createdAt: utc_text(p.created_at),
    updatedAt: utc_text(spent.updated_at), state: 'ENABLED', verifiedEmail: true, numberOfOrders: spent.orders::varchar,
    amountSpent: {amount: short_money(spent.spent), currencyCode: 'USD'}, tags: if(p.person_index % 11 = 0, ['VIP', 'repeat'], []),
    locale: 'en', defaultEmailAddress: {emailAddress: p.store_email, marketingState: if(p.accepts_marketing, 'SUBSCRIBED', 'NOT_SUBSCRIBED')},
    defaultAddress: {countryCodeV2: 'US'}
})::varchar as line
from people as p
join spent using (person_index)
where p.has_account and spent.updated_at >= getvariable('updated_from')::timestamp
order by p.person_index
