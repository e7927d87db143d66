-- The admin's customers export in the layout of 2024: a full dump of people with an account.
with spent as (
    select o.person_index, count(*) as orders,
        sum(case when o.cancel_kind = 1 and known(o.cancelled_at) is not null then 0 else o.total end)
            - coalesce(sum(r.amount), 0) as spent
    from orders as o
    left join refunds as r on r.order_index = o.order_index and r.refunded_at < as_of()
    where o.created_at < as_of()
    group by o.person_index
)
select
    '''' || p.customer_id as "Customer ID", p.first_name as "First Name", p.last_name as "Last Name", p.store_email as "Email",
    if(p.accepts_marketing, 'yes', 'no') as "Accepts Email Marketing", null::varchar as "Default Address Company",
    p.street as "Default Address Address1", p.unit as "Default Address Address2", p.city as "Default Address City",
    p.province_code as "Default Address Province Code", 'US' as "Default Address Country Code",
    '''' || p.zip as "Default Address Zip", '''' || p.phone as "Default Address Phone", '''' || p.phone as "Phone",
    'no' as "Accepts SMS Marketing", spent.spent::decimal(18, 2) as "Total Spent", spent.orders as "Total Orders",
    null::varchar as "Note", 'no' as "Tax Exempt", case when p.person_index % 11 = 0 then 'VIP, repeat' end as "Tags"
from people as p
join spent using (person_index)
where p.has_account and p.created_at < as_of()
order by p.person_index
