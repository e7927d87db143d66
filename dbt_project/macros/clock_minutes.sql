{# 'HH:MM' as minutes since midnight; '24:00' is the end of the day. #}
{% macro clock_minutes(column) -%}
    (60 * cast(split_part({{ column }}, ':', 1) as integer) + cast(split_part({{ column }}, ':', 2) as integer))
{%- endmacro %}
