{#
    Unique, and no part of it null: one test, so that a table is read once, and a view reckoned once, and not once a
    column.
#}
{% test is_key(model, columns=none, column_name=none) %}
{%- set columns = columns or [column_name] %}
select {{ columns | join(', ') }}, count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns %} or {{ column }} is null{% endfor %}
{% endtest %}
