-- The dates to be ranked again: whose tiers, as they stand, were made of other revenue, and those no longer asked for.
{%- set kept = adapter.get_relation(this.database, this.schema, 'core_customer_spend_tiers') if execute %}
{%- set names = adapter.get_columns_in_relation(kept) | map(attribute='name') | list if kept else [] %}
with dates as (
    select * from {{ ref('int_spend_tier_dates__digested') }}
),

kept as (
    select distinct
        as_of_date,
        is_newest,
        revenue_digest
    {%- if 'revenue_digest' in names %}
        from {{ kept }}
    {%- else %}
        from dates
        where false
    {%- endif %}
)

select coalesce(dates.as_of_date, kept.as_of_date) as as_of_date
from dates
full join kept
    on
        dates.as_of_date = kept.as_of_date
        and dates.is_newest = kept.is_newest
        and dates.revenue_digest = kept.revenue_digest
where dates.as_of_date is null or kept.as_of_date is null
group by all
