{# dbt-duckdb casts plainly here and raises on the first bad text. #}
{% macro duckdb__safe_cast(field, type) -%}
    try_cast({{ field }} as {{ type }})
{%- endmacro %}
