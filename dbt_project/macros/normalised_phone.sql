{# The digits of a phone number with its international prefix; null where there are too few to tell people apart. #}
{% macro normalised_phone(column) -%}
    case
        when length(regexp_replace({{ column }}, '[^0-9]', '', 'g')) >= 7
            then '+' || regexp_replace(regexp_replace({{ column }}, '[^0-9]', '', 'g'), '^00', '')
    end
{%- endmacro %}
