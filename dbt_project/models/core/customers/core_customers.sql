with identified as (
    select * from {{ ref('int_customers__identified') }}
)

select
    customer_id,
    min_by(source, coalesce(created_at, updated_at)) as first_source,
    count(distinct source) as source_count,
    max_by(email, updated_at) filter (where email is not null) as email,
    min(created_at) as first_seen_at,
    coalesce(bool_or(is_account), false) as has_account,
    coalesce(bool_or(email is not null), false) as has_email,
    max_by(accepts_marketing, updated_at) filter (where accepts_marketing is not null) as accepts_marketing,
    max_by(country_code, updated_at) filter (where country_code is not null) as country_code
from identified
group by customer_id
