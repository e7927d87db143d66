{#
    One key out of several columns: md5 over their texts, each with its length before it, so that no two lists of
    texts run into the same one; a null is told from every text.
#}
{% macro surrogate_key(columns) -%}
    md5(concat({% for column in columns -%}
        coalesce(length(cast({{ column }} as varchar)) || ':' || cast({{ column }} as varchar), '~')
        {{- ', ' if not loop.last }}
    {%- endfor %}))
{%- endmacro %}
