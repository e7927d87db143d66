{# How far the clocks of a zone are ahead of UTC at an instant (a UTC timestamp). #}
{% macro utc_offset_seconds(instant, time_zone) -%}
    date_diff('second', {{ instant }}, timezone({{ time_zone }}, timezone('UTC', {{ instant }})))
{%- endmacro %}
