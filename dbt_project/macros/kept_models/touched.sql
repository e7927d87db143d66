{# Keeps, of the rows of a kept model, those that tonight makes again. On a whole build it is nothing. #}
{% macro only_touched(touched, relation, columns) -%}
    {%- if not execute or is_incremental() %}
    semi join {{ ref(touched) }} as touched
        on
            {% for column in columns -%}
            {{ relation }}.{{ column }} is not distinct from touched.{{ column }}
            {{- ' and ' if not loop.last }}
            {%- endfor %}
    {%- endif -%}
{%- endmacro %}


{# The incremental strategy "touched": what the touched keys had goes, what they have now comes, in one transaction. #}
{% macro get_incremental_touched_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments.target_relation }}
    where {{ arguments.unique_key }} in (select {{ arguments.unique_key }} from {{ ref(config.get('meta').touched) }});
    insert into {{ arguments.target_relation }} ({{ columns }}) select {{ columns }} from {{ arguments.temp_relation }}
{%- endmacro %}


{#
    Keys a new delivery can have changed in a raw table of mode append or upsert: of every record it brought or
    renewed, all the keys the record ever had. What current_rows() answers for any other key cannot have changed.
#}
{% macro touched_keys(source_name, table_name, key_name, keys) -%}
    {%- set relation = source(source_name, table_name) -%}
    {%- set loads = ref('int_loads__listed') -%}
    {%- set meta = source_meta(source_name, table_name) if execute else {'mode': 'append', 'key': []} -%}
    {%- if meta.mode not in ('append', 'upsert') -%}
        {{ exceptions.raise_compiler_error(table_name ~ ' is no table whose records stand for themselves') }}
    {%- endif -%}
    select
        entry._source as source,
        entry._instance as instance,
        unnest([
            {%- for key in keys %}cast({{ key }} as varchar){{ ', ' if not loop.last }}{% endfor -%}
        ]) as {{ key_name }}
    from {{ relation }} as entry
    semi join (
        select distinct {{ quoted_columns('brought', key_columns(meta)) }}
        from {{ relation }} as brought
        semi join {{ loads }} as loads on brought._load_id = loads.load_id and loads.is_new
    ) as renewed
        on
            {% for column in key_columns(meta) -%}
            entry.{{ column | tojson }} is not distinct from renewed.{{ column | tojson }}
            {{- ' and ' if not loop.last }}
            {%- endfor %}
{%- endmacro %}
