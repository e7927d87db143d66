{#
    Days of a load that a newer delivery of the same export restates: the ledger says which days a delivery covers,
    and what it holds outside of them (its name was wrong) is restated too. A delivery without rows restates all parts.
    A row is as new as the newest delivery of its content, whose period it was in the last time.
#}
{% macro restated_days(relation, meta) -%}
        with held as ({{ held_days(relation, meta) }}),

        covered as ({{ covered_periods() }}),

        newest as (
            select
                load_id,
                source,
                export,
                instance,
                max(version) as version,
                arg_max(period_end, version) as period_end
            from covered
            group by load_id, source, export, instance
        ),

        restated as (
            select load_id, source, export, instance, version, period_start, period_end from covered
            union all
            select load_id, source, export, instance, version, period_day, period_day
            from covered
            inner join held on covered.load_id = held._load_id
            where held.period_day not between covered.period_start and covered.period_end
        )

        select held.*
        from held
        inner join newest on held._load_id = newest.load_id
        semi join (
            select
                restated.*
                {%- if meta.get('parts_by') %},
                parts._load_id,
                {{ quoted_columns('parts', meta['parts_by']) }}
                {%- endif %}
            from restated
            {%- if meta.get('parts_by') %}
            left join (
                select distinct _load_id, {{ quoted_columns('each_row', meta['parts_by']) }}
                from {{ relation }} as each_row
            ) as parts
                on restated.load_id = parts._load_id
            {%- endif %}
        ) as newer
            on
                newest.source = newer.source
                and newest.export = newer.export
                and newest.instance = newer.instance
                and coalesce(held.period_day, newest.period_end) between newer.period_start and newer.period_end
                and newer.version > newest.version
                {%- if meta.get('parts_by') %}
                and (newer._load_id is null or (true {{- same_parts('held', 'newer', meta) }}))
                {%- endif %}
{%- endmacro %}


{# One row a day (and part) that a load holds. #}
{% macro held_days(relation, meta) -%}
            select distinct
                _load_id, cast({{ meta['period'] | tojson }} as date) as period_day
                {%- for column in meta.get('parts_by', []) %}, {{ column | tojson }}{% endfor %}
            from {{ relation }}
{%- endmacro %}


{#
    One row a delivery, with the period it covers: the one its name says, which may be another each time the same bytes
    come (a report without rows says of each of its weeks that there was nothing), else that of its content. `version`
    orders deliveries as contents() orders contents by their newest.
#}
{% macro covered_periods() -%}
            select
                coalesce(duplicate_of, load_id) as load_id,
                source,
                export,
                instance,
                coalesce(period_start, max(period_start) filter (where status = 'loaded') over content) as period_start,
                coalesce(period_end, max(period_end) filter (where status = 'loaded') over content) as period_end,
                row_number() over (order by {{ delivered() }}, coalesce(duplicate_of, load_id)) as version
            from {{ source('meta', 'loads') }}
            where status in ('loaded', 'duplicate')
            window content as (partition by coalesce(duplicate_of, load_id))
{%- endmacro %}


{# What parts_by adds to a condition that two rows meet. #}
{% macro same_parts(one, other, meta) -%}
    {%- for column in meta.get('parts_by', []) %}
            and {{ one }}.{{ column | tojson }} is not distinct from {{ other }}.{{ column | tojson }}
    {%- endfor -%}
{%- endmacro %}
