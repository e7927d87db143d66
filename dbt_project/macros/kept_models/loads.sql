{#
    The loads in raw tonight: what rows each brought, as one word (a replay brings others under the same id), and that
    with the newest delivery of the same bytes, since current_rows() goes by it.
#}
{% macro listed_loads() -%}
    select
        loads.load_id,
        concat_ws('|', loads.load_id, loads.finished_at, loads.rows_loaded, loads.spec_sha256) as content,
        concat_ws('|', content, md5(cast(newest.delivered as varchar))) as load_mark
    from {{ source('meta', 'loads') }} as loads
    inner join ({{ contents() }}) as newest on loads.load_id = newest.load_id
    where loads.status = 'loaded'
{%- endmacro %}


{#
    The loads of a raw table in which the touched keys' records stand tonight. `keys` says for each raw column what of a
    touched key stands in it. A record is looked up by all its versions: the one that counts may have lost the key, and
    others of the record give it back (int_shopify_orders__named).
#}
{% macro standing_loads(source_name, table_name, touched, keys) -%}
    {%- set meta = source_meta(source_name, table_name) if execute else {'mode': 'append', 'key': []} -%}
    select distinct
        '{{ source_name }}.{{ table_name }}' as _source_table,
        entry._load_id
    from ({{ current_rows(source_name, table_name) }}) as entry
    semi join (
        {%- for column, touched_key in keys.items() %}
        select {{ quoted_columns('version', key_columns(meta)) }}
        from {{ source(source_name, table_name) }} as version
        semi join (select source, instance, {{ touched_key }} as touched_key from {{ ref(touched) }}) as touched
            on
                version._source = touched.source
                and version._instance = touched.instance
                and version.{{ column }} = touched.touched_key
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as record
        on
            {% for column in key_columns(meta) -%}
            entry.{{ column | tojson }} is not distinct from record.{{ column | tojson }}
            {{- ' and ' if not loop.last }}
            {%- endfor %}
{%- endmacro %}


{#
    Where the kept model `kept` reads a large export: only the loads that `standing` lists. A plain list, which DuckDB
    takes down through the windows of a staging view to the scan, as it does no join: most of the export is never
    read.
#}
{% macro in_standing_loads(kept, standing, table) -%}
    {%- if not execute -%} {%- do ref(standing) -%}
    {%- elif kept_relation(kept) -%}
        {%- set loads -%}
            select _load_id from {{ ref(standing) }} where _source_table = '{{ table }}' order by all
        {%- endset -%}
    where _load_id in ({{ run_query(loads).columns[0].values() | join(', ') or 'null' }})
    {%- endif -%}
{%- endmacro %}
