{# Until when another contact of the same customer says that the first was not enough (setting fcr_window_days). #}
{% macro fcr_window_end(solved_at) -%}
    ({{ solved_at }} + interval {{ var('fcr_window_days') }} day)
{%- endmacro %}
