{#
    The rows of a raw table that count tonight, by the load mode its spec declares (passed on in the source's meta).

    append    one row a key; all deliveries add up
    upsert    the newest version of a key, or, with replace_by, all rows of the newest delivery that holds the group
    period    for each day, the rows of the newest export that restates it
    snapshot  the rows of the newest export of each instance
    A child table (rows out of an array) follows the row it came from.

    "Newest" is said by the data: updated_at column, then the export's own time, then the load's content id, then the
    row's place in its file. The order in which files arrived never enters, so any order gives the same rows.
#}
{% macro current_rows(source_name, table_name) -%}
    {%- set relation = source(source_name, table_name) -%}
    {%- set meta = source_meta(source_name, table_name) -%}
    {%- set mode = meta.get('mode', 'append') -%}
    {%- if meta.get('parent') %}
    select child.*
    from {{ relation }} as child
    semi join ({{ current_rows(source_name, meta.get('parent')) }}) as parent
        on child._load_id = parent._load_id and child._parent_row_number = parent._row_number
    {%- elif mode == 'snapshot' %}
    select *
    from {{ relation }}
    qualify
        dense_rank() over (
            partition by _source, _instance order by _exported_at desc, _load_id desc
        ) = 1
        {%- if meta.get('key') %}
        and row_number() over (
            partition by _source, _instance, {{ meta['key'] | map('tojson') | join(', ') }}
            order by _exported_at desc, _load_id desc, _row_number desc
        ) = 1
        {%- endif %}
    {%- elif mode == 'period' %}
    select entry.*
    from {{ relation }} as entry
    semi join (
        select distinct
            entry._load_id,
            entry._source,
            entry._instance,
            entry.{{ meta['period'] | tojson }} as period_value
        from {{ relation }} as entry
        qualify
            rank() over (
                partition by entry._source, entry._instance, entry.{{ meta['period'] | tojson }}
                order by entry._exported_at desc, entry._load_id desc
            ) = 1
    ) as newest
        on
            entry._load_id = newest._load_id
            and entry.{{ meta['period'] | tojson }} is not distinct from newest.period_value
    {%- elif mode == 'upsert' and meta.get('replace_by') %}
    select *
    from {{ relation }}
    qualify
        dense_rank() over (
            partition by _source, _instance, {{ meta['replace_by'] | map('tojson') | join(', ') }}
            order by {{ version_order(meta) }}
        ) = 1
    {%- elif meta.get('key') %}
    select *
    from {{ relation }}
    qualify
        row_number() over (
            partition by _source, _instance, {{ meta['key'] | map('tojson') | join(', ') }}
            order by {{ version_order(meta) }}, _row_number desc
        ) = 1
    {%- else %}
    select * from {{ relation }}
    {%- endif %}
{%- endmacro %}


{% macro version_order(meta) -%}
    {%- if meta.get('updated_at') -%} {{ meta['updated_at'] | tojson }} desc nulls last, {% endif -%}
    _exported_at desc, _load_id desc
{%- endmacro %}


{% macro source_meta(source_name, table_name) -%}
    {%- set found = namespace(meta={}) -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() if node.source_name == source_name and node.name == table_name -%}
            {%- set found.meta = node.config.meta or node.meta -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found.meta) }}
{%- endmacro %}
