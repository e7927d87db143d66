{{ config(materialized='view') }}
with tiers as (
    select * from {{ ref('core_customer_spend_tiers') }}
)

select
    as_of_date,
    customer_id,
    is_newest,
    window_days,
    spend_amount,
    spend_tier
from tiers
