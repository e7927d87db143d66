{# The durations of a ticket, in the order in which every table shows them. #}
{% macro service_durations() -%}
    {{ return(['first_response', 'first_resolution', 'full_resolution', 'requester_wait', 'agent_wait', 'on_hold']) }}
{%- endmacro %}
