{# Open time of a schedule up to an instant, given its last stretch that began by then (null = none began: 0). #}
{% macro open_microseconds(instant, stretch) -%}
    coalesce(
        {{ stretch }}.open_microseconds_before
        + date_diff('microsecond', {{ stretch }}.opened_at, least({{ instant }}, {{ stretch }}.closed_at)),
        0
    )
{%- endmacro %}
