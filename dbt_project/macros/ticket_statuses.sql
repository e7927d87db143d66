{# Which of our statuses are open, and which are solved; a deleted ticket and one of an unknown status are neither. #}
{% macro open_statuses() -%}
    ('new', 'open', 'pending', 'hold')
{%- endmacro %}


{% macro solved_statuses() -%}
    ('solved', 'closed')
{%- endmacro %}
