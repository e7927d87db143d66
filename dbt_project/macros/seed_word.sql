{# Our word for a source's word: the source's own row of the seed, else the row for every source, else 'other'.
   A missing word stays missing. A scalar subquery a word list is joined once by DuckDB, not run per row. #}
{% macro seed_word(seed, word_column, our_column, relation, other_word=true) -%}
    coalesce(
        (
            select own.{{ our_column }} from {{ ref(seed) }} as own
            where own.source = {{ relation }}.source and own.{{ word_column }} = {{ relation }}.{{ word_column }}
        ),
        (
            select every.{{ our_column }} from {{ ref(seed) }} as every
            where every.source = '*' and every.{{ word_column }} = {{ relation }}.{{ word_column }}
        )
        {%- if other_word %},
        case when {{ relation }}.{{ word_column }} is not null then 'other' end
        {%- endif %}
    )
{%- endmacro %}
