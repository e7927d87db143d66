{# What two spellings of one address have in common; null where it is no address. #}
{% macro normalised_email(column) -%}
    case when position('@' in {{ column }}) > 1 then nullif(lower(trim({{ column }})), '') end
{%- endmacro %}
