{#
    The rows of a raw table out of an array that count tonight: one id is one element of its record, however often the
    array holds it (pages that overlap, two answers laid together); the last one counts. Elements without an id all do.
    Only for arrays whose elements add up: what is a minimum, a maximum or a change of a value is the same told twice.
#}
{% macro current_elements(source_name, table_name) -%}
    select element.*
    from ({{ current_rows(source_name, table_name) }}) as element
    anti join (
        select _load_id, _parent_row_number, id, max(_child_number) as last_child_number
        from {{ source(source_name, table_name) }}
        where id is not null
        group by _load_id, _parent_row_number, id
        having count(*) > 1
    ) as repeated
        on
            element._load_id = repeated._load_id
            and element._parent_row_number = repeated._parent_row_number
            and element.id = repeated.id
            and element._child_number < repeated.last_child_number
{%- endmacro %}
