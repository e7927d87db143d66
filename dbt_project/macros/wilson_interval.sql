{# Bounds of the Wilson score interval of a share. 8 of 10 at 95 %: 0.490 to 0.943. Null without a denominator. #}
{% macro wilson_lower(numerator, denominator) -%}
    {{ wilson_bound(numerator, denominator, '-') }}
{%- endmacro %}


{% macro wilson_upper(numerator, denominator) -%}
    {{ wilson_bound(numerator, denominator, '+') }}
{%- endmacro %}


{% macro wilson_bound(numerator, denominator, sign) -%}
    {%- set z = var('confidence_z') -%}
    {%- set n = 'cast(nullif(' ~ denominator ~ ', 0) as double)' -%}
    {%- set p = '(' ~ numerator ~ ' / ' ~ n ~ ')' -%}
    {%- set edge = '0' if sign == '-' else denominator %}
    case
        when {{ denominator }} = 0 then null
        -- at the edge the formula gives 0 or 1 but for the last digit of a double
        when {{ numerator }} = {{ edge }} then {{ '0.0' if sign == '-' else '1.0' }}
        else
        ({{ p }} + {{ z }} * {{ z }} / (2 * {{ n }})
        {{ sign }} {{ z }}
        * sqrt(greatest({{ p }} * (1 - {{ p }}), 0) / {{ n }} + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }})))
        / (1 + {{ z }} * {{ z }} / {{ n }})
    end
{%- endmacro %}
