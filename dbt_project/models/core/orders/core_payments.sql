{{ config(
    materialized='incremental', incremental_strategy='touched', unique_key='order_id',
    meta={'touched': 'int_orders__touched'}, post_hook='{{ remember_build() }}'
) }}
with exported as (
    select * from {{ ref('stg_shopify__order_transactions') }}
    {{ in_standing_loads('core_payments', 'int_order_loads__standing', 'shopify.order_transactions') }}
),

-- an order's transactions come from one export: the API's, or those of a CSV that was exported on a later day
queried as (
    select transactions.*
    from {{ ref('stg_shopify__bulk_transactions') }} as transactions
    anti join {{ ref('int_shopify_orders__outdated') }} using (source, instance, order_gid)
    anti join exported as newer
        on
            transactions.source = newer.source
            and transactions.instance = newer.instance
            and transactions.shopify_order_id = newer.shopify_order_id
            and transactions.exported_at < newer.exported_at
),

entity_payments as (
    select * from {{ ref('stg_entity__payments') }}
),

orders as (
    select * from {{ ref('int_orders__unioned') }}
),

unioned as (
    select
        source,
        instance,
        cast(shopify_order_id as varchar) as order_key,
        transaction_gid as payment_key,
        kind,
        status,
        gateway as payment_method,
        amount,
        currency,
        processed_at as paid_at,
        coalesce(is_test, false) as is_test,
        'shopify.bulk_orders_transactions' as _source_table,
        _load_id,
        _row_number
    from queried

    union all by name

    -- the CSV's transactions have no ids: they count only where the API's do not
    select
        exported.source,
        exported.instance,
        cast(exported.shopify_order_id as varchar) as order_key,
        cast(exported.transaction_number as varchar) as payment_key,
        exported.kind,
        exported.status,
        exported.gateway as payment_method,
        exported.amount,
        exported.currency,
        exported.processed_at as paid_at,
        coalesce(contains(lower(exported.gateway), 'bogus'), false) as is_test,
        'shopify.order_transactions' as _source_table,
        exported._load_id,
        exported._row_number
    from exported
    anti join queried
        on
            exported.source = queried.source
            and exported.instance = queried.instance
            and exported.shopify_order_id = queried.shopify_order_id

    union all by name

    select
        source,
        instance,
        order_key,
        payment_key,
        coalesce(kind, 'sale') as kind,
        lower(coalesce(status, 'success')) as status,
        payment_method,
        amount,
        currency,
        paid_at,
        coalesce(is_test, false) as is_test,
        'entity.payments' as _source_table,
        _load_id,
        _row_number
    from entity_payments
),

settled as (
    select
        *,
        {{ surrogate_key(['source', 'instance', 'order_key']) }} as order_id,
        status = 'success' and not is_test as is_settled
    from unioned
    {{ only_touched('int_orders__touched', 'unioned', ['source', 'instance', 'order_key']) }}
),

-- A capture takes what was authorised. Where nothing was, a capture beside a sale of the same amount is the same money
-- told twice.
settled_kinds as (
    select
        order_id,
        bool_or(kind = 'authorization') as has_authorization,
        list(amount) filter (where kind = 'sale') as sale_amounts
    from settled
    where is_settled
    group by order_id
)

select
    {{ surrogate_key(['settled.source', 'settled.instance', 'settled.order_key', 'settled.payment_key']) }}
        as payment_id,
    settled.order_id,
    orders.order_id is not null as has_order,
    settled.source,
    settled.instance,
    settled.kind,
    settled.status,
    settled.payment_method,
    settled.amount,
    coalesce(settled.currency, orders.currency) as currency,
    coalesce(settled.currency = orders.currency, true) as is_in_order_currency,
    coalesce(settled.paid_at, orders.ordered_at) as paid_at,
    settled.is_test,
    coalesce(
        settled.is_settled and (
            settled.kind in ('sale', 'change')
            or (
                settled.kind = 'capture'
                and (
                    settled_kinds.has_authorization
                    or not coalesce(list_contains(settled_kinds.sale_amounts, settled.amount), false)
                )
            )
        ),
        false
    ) as is_money_in,
    coalesce(settled.is_settled and settled.kind = 'refund', false) as is_money_out,
    settled._source_table,
    settled._load_id,
    settled._row_number
from settled
left join orders on settled.order_id = orders.order_id
left join settled_kinds on settled.order_id = settled_kinds.order_id
