{#
    The rows of a raw table out of an array that count tonight: one id is one element of its record, however often the
    array holds it (pages that overlap, two answers laid together); the last one counts. Elements without an id all
    do. Only for arrays whose elements add up: what is a minimum, a maximum or a change of a value is the same told
    twice. And only for what a record never takes back (payments, refunds, parcels): the newest version of the record
    that brought elements has them. A lighter query that does not ask for them says nothing of them; no list is not an
    empty one.
#}
{% macro current_elements(source_name, table_name) -%}
    {%- set elements = source(source_name, table_name) -%}
    {%- set record = source_meta(source_name, table_name).get('parent') -%}
    select element.*
    from {{ elements }} as element
    {%- if record %}
    semi join (
        {%- set telling %}
            (
                select version.*
                from {{ source(source_name, record) }} as version
                semi join {{ elements }} as told
                    on version._load_id = told._load_id and version._row_number = told._parent_row_number
            )
        {%- endset %}
        {{ current_rows(source_name, record, among=telling) }}
    ) as record
        on element._load_id = record._load_id and element._parent_row_number = record._row_number
    {%- endif %}
    anti join (
        select _load_id, _parent_row_number, id, max(_child_number) as last_child_number
        from {{ elements }}
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
