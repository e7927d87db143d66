{%- set rules = {
    'order': [
        'test_order', 'cancelled', 'voided', 'expired', 'time_unknown', 'after_as_of', 'total_negative',
        'customer_unknown', 'no_valid_line', 'amount_unknown'
    ],
    'order_line': [
        'order_unknown', 'customer_unknown', 'quantity_unknown', 'quantity_zero', 'quantity_negative',
        'price_unknown', 'price_negative', 'price_zero', 'currency_other', 'not_merchandise'
    ]
} -%}
-- What is left out is a judgement: the seed says it for every source ('*'), and a source's own row wins over that.
with rules as (
    select * from {{ ref('exclusion_rules') }}
),

sources as (
    select source from {{ ref('int_orders__unioned') }}
    union
    select source from {{ ref('int_order_lines__unioned') }}
)

select
    {%- for entity, names in rules.items() %}
        {%- for name in names %}
            coalesce(
                bool_or(rules.is_excluding) filter (
                    where rules.entity = '{{ entity }}' and rules.rule = '{{ name }}' and rules.source = sources.source
                ),
                bool_or(rules.is_excluding) filter (
                    where rules.entity = '{{ entity }}' and rules.rule = '{{ name }}' and rules.source = '*'
                ),
                false
            ) as {{ entity }}_{{ name }},
        {%- endfor %}
    {%- endfor %}
    sources.source
from sources
cross join rules
group by sources.source
