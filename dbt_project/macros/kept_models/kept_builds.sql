{#
    Models kept from night to night. Such a model is built whole once; later builds make only the orders (or tickets)
    again that a new delivery touched, and leave the rest as it stands
    (docs/decisions/0008-what-a-second-night-builds.md).

    What may be kept: a model whose rows of one key follow from the raw rows of that key, the seeds, the settings and
    the code, and from nothing else: never from as_of(), never from other people's rows. It declares itself by its
    config (materialized incremental, strategy touched, unique_key, meta.touched, the post-hook remember_build) and by
    only_touched().

    A model that follows from more is kept by comparison (meta.compared): all else its rows follow from is reckoned
    whole each night, a few narrow columns, and where these differ from what the kept row was made with, its key joins
    the touched ones. Such models build on each other's rows, so they are kept only where one and the same build left
    all of them.

    core.kept_builds says of each kept model which code made it and which deliveries are in it. It is written in the
    transaction that writes the rows, so a build that failed half way is simply behind, and the next one makes up for
    it.
#}
{% macro prepare_kept_builds() -%}
    {%- if execute and target.name == 'night' -%}
        {%- do run_query('create schema if not exists core') -%}
        {%- do run_query(
            'create table if not exists core.kept_builds (model varchar, made_by varchar, contents varchar[], '
            'loads varchar[], surroundings varchar, build varchar)'
        ) -%}
        {%- set compared -%}
            select * from core.kept_builds where model in (
                {%- for node in graph.nodes.values()
                    if node.resource_type == 'model' and node.config.meta.get('compared') -%}
                '{{ node.name }}', {% endfor %} ''
            )
        {%- endset -%}
        {%- do run_query(
            'delete from core.kept_builds where model in (select model from (' ~ compared ~ ') as compared) '
            'and (select count(distinct build) > 1 from (' ~ compared ~ ') as compared)'
        ) -%}
    {%- endif -%}
{%- endmacro %}


{# Post-hook of a kept model: from now on it holds what int_loads__listed had seen when the touched keys were found. #}
{% macro remember_build() -%}
    delete from core.kept_builds where model = '{{ this.identifier }}';
    insert into core.kept_builds by name
    select
        '{{ this.identifier }}' as model,
        '{{ env_var("CX_CODE", "") }}' as made_by,
        coalesce(list(content), []) as contents,
        coalesce(list(load_mark), []) as loads,
        {{ surroundings() }} as surroundings,
        '{{ invocation_id }}' as build
    from {{ ref('int_loads__listed') }}
{%- endmacro %}


{#
    CX_CODE names project, settings, seeds and release. Without it (plain dbt) nobody vouches for them: nothing is
    kept.
#}
{% macro made_by_tonights_code() -%}
    {{ return("made_by = '" ~ env_var('CX_CODE', '') ~ "' and made_by != ''") }}
{%- endmacro %}


{# The deliveries in each kept model. #}
{% macro kept_loads() -%}
    select unnest(loads) as load_mark from core.kept_builds where {{ made_by_tonights_code() }}
{%- endmacro %}


{% macro kept_models() -%}
    select count(*) as model_count from core.kept_builds where {{ made_by_tonights_code() }}
{%- endmacro %}
