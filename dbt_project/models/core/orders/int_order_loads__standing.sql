-- In which loads of the orders' large CSVs the orders touched tonight stand: kept models read no others.
with standing as (
    {{ standing_loads('shopify', 'orders', 'int_orders__touched', {
        'id': 'try_cast(order_key as bigint)',
        'name': "case when starts_with(order_key, 'name:') then substr(order_key, 6) end"
    }) }}

    union all

    {{ standing_loads('shopify', 'order_transactions', 'int_orders__touched', {
        'order_id': 'try_cast(order_key as bigint)'
    }) }}
)

select * from standing
