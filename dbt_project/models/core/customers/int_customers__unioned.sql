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
        email,
        phone,
        country_code,
        exported_at as updated_at,
        accepts_marketing,
        'shopify.customers' as _source_table,
        _load_id,
        _row_number
    from exported_customers

    union all by name

    select
        source,
        instance,
        cast(shopify_customer_id as varchar) as vendor_customer_id,
        email,
        phone,
        country_code,
        created_at,
        updated_at,
        account_state = 'enabled' as is_account,
        accepts_marketing,
        'shopify.bulk_customers' as _source_table,
        _load_id,
        _row_number
    from queried_customers

    union all by name

    select
        source,
        instance,
        customer_key as vendor_customer_id,
        person_key,
        email,
        phone,
        country_code,
        created_at,
        coalesce(updated_at, exported_at) as updated_at,
        is_account,
        accepts_email_marketing as accepts_marketing,
        'entity.customers' as _source_table,
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
        min(ordered_at) filter (where ordered_at >= {{ calendar_start() }}) as created_at,
        -- an account's own address is as new as the record that states it, all else as its order
        max(coalesce(account_stated_at, ordered_at)) as updated_at,
        max(ordered_at) filter (where country_code is not null) as country_stated_at,
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
    case when created_at >= {{ calendar_start() }} then created_at end as created_at,
    case when updated_at >= {{ calendar_start() }} then updated_at end as updated_at,
    coalesce(country_stated_at, updated_at) as country_stated_at,
    is_account,
    coalesce(is_contact, false) as is_contact,
    accepts_marketing,
    _source_table,
    _load_id,
    _row_number
from unioned
