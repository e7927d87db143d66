-- What each rule left out, counted, so that nothing vanishes silently, and why: the seed exclusion_rules says it of the
-- rules that a source or a shop may switch, exclusion_reasons of all others.
with rules as (
    select * from {{ ref('exclusion_rules') }}
),

counted as (
    select
        'orders' as area,
        *
    from {{ ref('int_orders__excluded') }}

    union all by name

    select
        'service' as area,
        *
    from {{ ref('int_tickets__excluded') }}
),

-- a line or a refund of an order that is left out has the order's sentence
sentences as (
    select
        entity,
        rule,
        source,
        reason
    from rules

    union all

    select
        dependents.entity,
        'order_' || rules.rule,
        rules.source,
        rules.reason
    from rules
    cross join (values ('order_line'), ('refund')) as dependents (entity)
    where rules.entity = 'order'

    union all

    select
        entity,
        rule,
        '*',
        reason
    from {{ ref('exclusion_reasons') }}
)

select
    counted.area,
    counted.entity,
    counted.rule,
    coalesce(own.reason, common.reason) as reason,
    counted.record_count,
    counted.source
from counted
left join sentences as own
    on counted.entity = own.entity and counted.rule = own.rule and counted.source = own.source
left join sentences as common
    on counted.entity = common.entity and counted.rule = common.rule and common.source = '*'
