{#
    The rows of a raw table that count tonight, by the load mode its spec declares (passed on in the source's meta);
    each mode has its macro in modes.sql. `among` is what to choose from instead of the table.

    "Newest" is said by the data: its updated_at column (of several, the first that is filled), then the version of
    the load (contents() says how delivered files compare), then the row's place in its file. The order in which files
    arrived never enters, so any order gives the same rows. The same bytes delivered again add no rows, but make their
    content as new as its newest delivery: A, B, A ends at A. Only keys that came more than once are ranked, on narrow
    columns; what lost is taken out of the wide rows. So what was delivered once never passes through a sort.
#}
{% macro current_rows(source_name, table_name, among=none) -%}
    {%- set relation = among or source(source_name, table_name) -%}
    {%- set meta = source_meta(source_name, table_name) -%}
    {%- set mode = meta.get('mode', 'append') -%}
    {%- set is_ranked = meta.get('updated_at') or meta.get('parts_by') -%}
    {%- if meta.get('parent') -%} {{ current_children(relation, source_name, meta) }}
    {%- elif mode == 'period' -%} {{ current_by_period(relation, meta) }}
    {%- elif mode == 'snapshot' -%} {{ current_snapshot(relation, meta) }}
    {%- elif meta.get('replace_by') and mode == 'upsert' and not is_ranked -%} {{ current_groups(relation, meta) }}
    {%- elif meta.get('key') or meta.get('replace_by') -%} {{ current_by_key(relation, meta) }}
    {%- else -%} select * from {{ relation }}
    {%- endif -%}
{%- endmacro %}
