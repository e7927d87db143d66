{# What tells one record from another: its key, or, with replace_by, the group that is delivered as a whole. #}
{% macro key_columns(meta) -%}
    {%- set replaced = meta.get('replace_by') if meta.get('mode') == 'upsert' else none -%}
    {{ return(['_source', '_instance'] + (replaced or meta['key'])) }}
{%- endmacro %}


{# Keys that came more than once; of groups replaced as a whole, those that came in more than one version. #}
{% macro repeated_keys(relation, meta) -%}
            select {{ quoted_columns('delivered', key_columns(meta)) }}
            from {{ relation }} as delivered
            group by all
            {%- if meta.get('replace_by') and not meta.get('updated_at') %}
            having min(delivered._load_id) < max(delivered._load_id)
            {%- else %}
            having count(*) > 1
            {%- endif %}
{%- endmacro %}


{# The place of a row among the versions of its key, the newest first. Rows of a replaced group share theirs. #}
{% macro version_rank(meta) -%}
    {%- set is_group = meta.get('replace_by') and meta.get('mode') == 'upsert' -%}
    {{ 'dense_rank' if is_group else 'row_number' }}() over (
                partition by {{ quoted_columns('candidate', key_columns(meta) + meta.get('parts_by', [])) }}
                order by
                    {% if meta.get('updated_at') -%}
                    coalesce({{ quoted_columns('candidate', meta['updated_at']) }}) desc nulls last, {% endif -%}
                    content.version desc
                    {{- ', candidate._row_number desc' if not is_group }}
            )
{%- endmacro %}


{% macro quoted_columns(relation_alias, columns) -%}
    {%- for column in columns -%} {{ relation_alias }}.{{ column | tojson }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro %}
