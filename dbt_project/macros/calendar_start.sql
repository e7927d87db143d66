{#
    The first day of core_days. What is older is no time of a sale, a ticket or a person, but an empty date as some
    programs write it.
#}
{% macro calendar_start() -%} date '1995-01-01' {%- endmacro %}
