{# The number of a gid such as gid://shopify/Order/6100000000001?x=1, or of a plain number; null where there is none. #}
{% macro gid_number(column) -%}
    try_cast(nullif(regexp_extract({{ column }}, '(?:^|/)([0-9]+)(\?.*)?$', 1), '') as bigint)
{%- endmacro %}
