-- every trace of a person any source left, account or not; one person has many
with exported_customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

queried_customers as (
    select * from {{ ref('stg_shopify__bulk_customers') }}
),

entity_customers as (
    select * from {{ ref('stg_entity__customers') }}
),

desk_users as (
    select * from {{ ref('int_desk_users__unioned') }}
),

orders as (
    select
        *,
        struct_pack(_source_table := _source_table, _load_id := _load_id, _row_number := _row_number) as lineage
    from {{ ref('int_orders__unioned') }}
),

requesters as (
    select * from {{ ref('int_customers__requesting') }}
),

unioned as (
    select
        source,
        instance,
        cast(shopify_customer_id as varchar) as vendor_customer_id,
        cast(null as varchar) as person_key,
        email,
        phone,
        country_code,
        cast(null as timestamp) as created_at,
        exported_at as updated_at,
        cast(null as boolean) as is_account,
        accepts_marketing,
        'shopify.customers' as _source_table,
        _load_id,
        _row_number
    from exported_customers

    union all

    select
        source,
        instance,
        cast(shopify_customer_id as varchar),
        null,
        email,
        phone,
        country_code,
        created_at,
        updated_at,
        account_state = 'enabled',
        accepts_marketing,
        'shopify.bulk_customers',
        _load_id,
        _row_number
    from queried_customers

    union all

    select
        source,
        instance,
        customer_key,
        person_key,
        email,
        phone,
        country_code,
        created_at,
        coalesce(updated_at, exported_at),
        is_account,
        accepts_email_marketing,
        'entity.customers',
        _load_id,
        _row_number
    from entity_customers

    union all by name

    select
        source,
        instance,
        user_key as vendor_customer_id,
        email,
        created_at,
        updated_at,
        _source_table,
        _load_id,
        _row_number
    from desk_users
    -- the help desk's own people are no customers
    where not is_staff

    union all by name

    select
        source,
        instance,
        vendor_customer_id,
        case when vendor_customer_id is null then email else coalesce(account_email, email) end as email,
        account_email is null as is_contact,
        phone,
        {{ newest('country_code', 'ordered_at') }} as country_code,
        min(ordered_at) as created_at,
        max(ordered_at) as updated_at,
        unnest(arg_max(lineage, (ordered_at, order_key))) -- the newest order stands for all of the same trace
    from orders
    where coalesce(vendor_customer_id, email, phone) is not null
    group by source, instance, vendor_customer_id, email, account_email, phone

    union all by name

    select
        source,
        instance,
        requester_key as vendor_customer_id,
        email,
        phone,
        first_requested_at as created_at,
        last_requested_at as updated_at,
        _source_table,
        _load_id,
        _row_number
    from requesters
)

select
    source,
    instance,
    vendor_customer_id,
    person_key,
    {{ normalised_email('email') }} as email,
    {{ normalised_phone('phone') }} as phone,
    country_code,
    created_at,
    updated_at,
    is_account,
    coalesce(is_contact, false) as is_contact,
    accepts_marketing,
    _source_table,
    _load_id,
    _row_number
from unioned
