with identified as (
    select * from {{ ref('int_customers__identified') }}
)

select
    customer_id,
    min_by(source, (coalesce(created_at, updated_at), source)) as first_source,
    count(distinct source) as source_count,
    {{ newest('email', 'updated_at') }} as email,
    min(created_at) as first_seen_at,
    coalesce(bool_or(is_account), false) as has_account,
    coalesce(bool_or(email is not null), false) as has_email,
    {{ newest('accepts_marketing', 'updated_at') }} as accepts_marketing,
    {{ newest('country_code', 'country_stated_at') }} as country_code
from identified
group by customer_id
