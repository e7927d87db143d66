{# What was told last; of two tellings of one instant the greater, so that nothing hangs on the order of rows. #}
{% macro newest(column, told_at) -%}
    max_by({{ column }}, (coalesce({{ told_at }}, timestamp '1970-01-01'), {{ column }}))
{%- endmacro %}
