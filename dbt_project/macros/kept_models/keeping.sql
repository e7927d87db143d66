{# The table of a kept model as the last build left it, for models that compare; none where it will be built whole. #}
{% macro kept_relation(name) -%}
    {%- if execute and not flags.FULL_REFRESH and is_kept_by_tonights_code(name) -%}
        {{ return(adapter.get_relation(target.database, 'core', name)) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}


{#
    dbt asks this before it keeps anything: rows made by other code or settings, or of a load that is gone, are not
    kept.
#}
{% macro should_full_refresh() -%}
    {%- set asked = config.get('full_refresh') -%}
    {%- set asked = flags.FULL_REFRESH if asked is none else asked -%}
    {%- if not asked and execute and model.config.materialized == 'incremental' -%}
        {%- set asked = not is_kept_by_tonights_code(this.identifier) -%}
    {%- endif -%}
    {{ return(asked) }}
{%- endmacro %}


{% macro is_kept_by_tonights_code(name) -%}
    {%- if not env_var('CX_CODE', '') or adapter.get_relation(target.database, 'core', 'kept_builds') is none -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set found -%}
        select count(*)
        from core.kept_builds
        where
            model = '{{ name }}'
            and {{ made_by_tonights_code() }}
            and surroundings is not distinct from {{ surroundings() }}
            and list_has_all((select list(content) from ({{ listed_loads() }}) as loads), contents)
    {%- endset -%}
    {{ return(run_query(found).rows[0][0] > 0) }}
{%- endmacro %}


{#
    What a kept model follows from besides its own keys' rows (meta.surroundings): small tables such as who was an
    agent when and which fields a shop's history tells at all, and other kept models that have surroundings of their
    own. As one word: where it differs, the model is built whole.
#}
{% macro surroundings() -%}
    {%- set words = [] -%}
    {%- for name in (config.get('meta') or {}).get('surroundings', []) -%}
        {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ name] if execute else {'config': {}} -%}
        {%- if node.config.materialized == 'incremental' -%}
            {%- do words.append(
                "(select any_value(surroundings) from core.kept_builds where model = '" ~ name ~ "')"
            ) -%}
        {%- else -%}
            {%- set rows = 'string_agg(cast(rows as varchar), chr(10) order by cast(rows as varchar))' -%}
            {%- do words.append('(select md5(' ~ rows ~ ') from ' ~ ref(name) ~ ' as rows)') -%}
        {%- endif -%}
    {%- endfor -%}
    md5(concat_ws(chr(10), '' {%- for word in words %}, coalesce({{ word }}, ''){% endfor %}))
{%- endmacro %}
