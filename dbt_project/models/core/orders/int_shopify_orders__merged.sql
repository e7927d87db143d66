{{ config(materialized='ephemeral') }}
{%- set changing = [
    'email', 'financial_status', 'fulfillment_status', 'cancelled_at', 'subtotal_amount', 'tax_amount',
    'shipping_amount', 'duties_amount', 'total_amount', 'refunded_amount'
] %}
-- The CSV and the API tell of the same orders. One order is one row; the API wins where it knows, since it has ids, the
-- test flag and the real sale time; of what changes after the sale, the CSV wins where it was exported on a later day.
-- An order without an Id (an old or fixed file) has that of its label in other exports, else it goes by its label; of
-- an Id under two labels the newest counts. Part of int_orders__unioned, which reads no more than it makes again.
with exported as (
    {{ shopify_csv_rows('stg_shopify__orders', kept='int_orders__unioned') }}
),

queried as (
    select orders.*
    from {{ ref('stg_shopify__bulk_orders') }} as orders
    anti join {{ ref('int_shopify_orders__outdated') }} as outdated
        on orders._load_id = outdated._load_id and orders._row_number = outdated._row_number
)

select
    coalesce(queried.source, exported.source) as source,
    coalesce(queried.instance, exported.instance) as instance,
    coalesce(
        cast(queried.shopify_order_id as varchar),
        queried.order_gid,
        cast(exported.shopify_order_id as varchar),
        'name:' || exported.order_name
    ) as order_key,
    coalesce(queried.order_name, exported.order_name) as order_name,
    cast(queried.shopify_customer_id as varchar) as vendor_customer_id,
    queried.account_email,
    -- the account's own address is as old as the record, not as its order
    case when queried.account_email is not null then coalesce(queried.updated_at, queried.exported_at) end
        as account_stated_at,
    {%- for column in changing %}
        case
            when exported.exported_at > queried.exported_at then coalesce(exported.{{ column }}, queried.{{ column }})
            else coalesce(queried.{{ column }}, exported.{{ column }})
        end as {{ column }},
    {%- endfor %}
    coalesce(queried.is_cancelled, false) or coalesce(exported.is_cancelled, false) as is_cancelled,
    coalesce(queried.phone, exported.phone) as phone,
    coalesce(queried.ordered_at, exported.ordered_at) as ordered_at,
    coalesce(queried.currency, exported.currency) as currency,
    -- the CSV has no test flag; the gateway of test orders is called bogus
    coalesce(queried.is_test, contains(lower(exported.payment_method), 'bogus'), false) as is_test,
    coalesce(queried.channel, exported.channel) as channel,
    coalesce(queried.country_code, exported.country_code) as country_code,
    coalesce(queried.payment_method, exported.payment_method) as payment_method,
    coalesce(exported.discount_code, queried.discount_code) as discount_code,
    -- goods at list price: known from the CSV's identity while it tells this sale, else from the API's lines
    case
        when
            coalesce(exported.subtotal_amount = queried.subtotal_amount, true)
            or exported.exported_at > queried.exported_at
            then
                try_cast(
                    cast(exported.subtotal_amount as decimal(38, 4)) + coalesce(exported.discount_amount, 0)
                    as decimal(18, 4)
                )
    end as listed_amount,
    case
        when
            coalesce(exported.subtotal_amount = queried.subtotal_amount, true)
            or exported.exported_at > queried.exported_at
            then coalesce(exported.discount_amount, queried.discount_amount)
        else queried.discount_amount
    end as discount_amount,
    -- an order was edited after the API told of it: its lines are the CSV's
    coalesce(
        exported.exported_at > queried.exported_at and exported.subtotal_amount != queried.subtotal_amount, false
    ) as has_newer_csv_sale,
    -- what edits left of the goods, while it is this sale that the API told of
    case when not has_newer_csv_sale then queried.current_subtotal_amount end as current_subtotal_amount,
    queried.is_tax_included,
    exported.shipped_at,
    case
        when queried.shopify_order_id is not null then 'shopify.bulk_orders' else 'shopify.orders'
    end as _source_table,
    coalesce(queried._load_id, exported._load_id) as _load_id,
    coalesce(queried._row_number, exported._row_number) as _row_number
from exported
full outer join queried
    on
        exported.source = queried.source
        and exported.instance = queried.instance
        and exported.shopify_order_id = queried.shopify_order_id
