{#
    Does a cell say something? True too where what it says cannot be read: an order cancelled on a day nobody can read
    is cancelled.
#}
{% macro is_told(column) -%}
    ({{ column }} is not null or coalesce(
        len(
            list_filter(_cast_errors, lambda cell: cell."column" = '{{ column }}' and cell.reason != 'key_twice')
        ) > 0,
        false
    ))
{%- endmacro %}
