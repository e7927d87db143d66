{#
    Plain dbt cannot read a home's settings.toml: say so, with the command that hands them over, instead of building
    with defaults.
#}
{% macro warn_of_unread_settings() -%}
    {%- set file = env_var('CX_HOME', '../home') ~ '/settings.toml' -%}
    {%- if execute and target.name == 'night' and not invocation_args_dict.get('vars')
        and run_query("select file from glob('" ~ file | replace("'", "''") ~ "')").rows | length > 0 -%}
        {%- do exceptions.warn(
            file ~ ' is not read by dbt itself: these are the defaults. To build with it: '
            ~ 'dbt build --vars "$(cx settings --json)"'
        ) -%}
    {%- endif -%}
{%- endmacro %}
