{#
    Models kept from night to night. Such a model is built whole once; later builds make only the orders (or tickets) again
    that a new delivery touched, and leave the rest as it stands (docs/decisions/0008-what-a-second-night-builds.md).

    What may be kept: a model whose rows of one key follow from the raw rows of that key, the seeds, the settings and the
    code, and from nothing else: never from as_of(), never from other people's rows. It declares itself by its config
    (materialized incremental, strategy touched, unique_key, meta.touched, the post-hook remember_build) and by only_touched().

    A model that follows from more is kept by comparison (meta.compared): all else its rows follow from is reckoned whole each
    night, a few narrow columns, and where these differ from what the kept row was made with, its key joins the touched ones.
    Such models build on each other's rows, so they are kept only where one and the same build left all of them.

    core.kept_builds says of each kept model which code made it and which deliveries are in it. It is written in the
    transaction that writes the rows, so a build that failed half way is simply behind, and the next one makes up for it.
#}
{% macro prepare_kept_builds() -%}
    {%- if execute and target.name == 'night' -%}
        {%- do run_query('create schema if not exists core') -%}
        {%- do run_query(
            'create table if not exists core.kept_builds (model varchar, made_by varchar, contents varchar[], loads varchar[], '
            'surroundings varchar, build varchar)'
        ) -%}
        {%- set compared -%}
            select * from core.kept_builds where model in (
                {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.config.meta.get('compared') -%}
                '{{ node.name }}', {% endfor %} ''
            )
        {%- endset -%}
        {%- do run_query(
            'delete from core.kept_builds where model in (select model from (' ~ compared ~ ') as compared) '
            'and (select count(distinct build) > 1 from (' ~ compared ~ ') as compared)'
        ) -%}
    {%- endif -%}
{%- endmacro %}


{# The table of a kept model as the last build left it, for models that compare; none where it will be built whole. #}
{% macro kept_relation(name) -%}
    {%- if execute and not flags.FULL_REFRESH and is_kept_by_tonights_code(name) -%}
        {{ return(adapter.get_relation(target.database, 'core', name)) }}
    {%- endif -%}
    {{ return(none) }}
{%- endmacro %}


{# Keeps, of the rows of a kept model, those that tonight makes again. On a whole build it is nothing. #}
{% macro only_touched(touched, relation, columns) -%}
    {%- if not execute or is_incremental() %}
    semi join {{ ref(touched) }} as touched
        on
            {% for column in columns -%}
            {{ relation }}.{{ column }} is not distinct from touched.{{ column }}
            {{- ' and ' if not loop.last }}
            {%- endfor %}
    {%- endif -%}
{%- endmacro %}


{# The incremental strategy "touched": what the touched keys had goes, what they have now comes, in one transaction. #}
{% macro get_incremental_touched_sql(arguments) -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    delete from {{ arguments.target_relation }}
    where {{ arguments.unique_key }} in (select {{ arguments.unique_key }} from {{ ref(config.get('meta').touched) }});
    insert into {{ arguments.target_relation }} ({{ columns }}) select {{ columns }} from {{ arguments.temp_relation }}
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


{# dbt asks this before it keeps anything: rows made by other code or settings, or of a load that is gone, are not kept. #}
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
    What a kept model follows from besides its own keys' rows (meta.surroundings): small tables such as who was an agent when,
    and other kept models that have surroundings of their own. As one word: where it differs, the model is built whole.
#}
{% macro surroundings() -%}
    {%- set words = [] -%}
    {%- for name in (config.get('meta') or {}).get('surroundings', []) -%}
        {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ name] if execute else {'config': {}} -%}
        {%- if node.config.materialized == 'incremental' -%}
            {%- do words.append("(select any_value(surroundings) from core.kept_builds where model = '" ~ name ~ "')") -%}
        {%- else -%}
            {%- set rows = 'string_agg(cast(rows as varchar), chr(10) order by cast(rows as varchar))' -%}
            {%- do words.append('(select md5(' ~ rows ~ ') from ' ~ ref(name) ~ ' as rows)') -%}
        {%- endif -%}
    {%- endfor -%}
    md5(concat_ws(chr(10), '' {%- for word in words %}, coalesce({{ word }}, ''){% endfor %}))
{%- endmacro %}


{# CX_CODE names project, settings, seeds and release. Without it (plain dbt) nobody vouches for them: nothing is kept. #}
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


{#
    The loads in raw tonight: what rows each brought, as one word (a replay brings others under the same id), and that with
    the newest delivery of the same bytes, since current_rows() goes by it.
#}
{% macro listed_loads() -%}
    select
        loads.load_id,
        concat_ws('|', loads.load_id, loads.finished_at, loads.rows_loaded, loads.spec_sha256) as content,
        concat_ws('|', content, md5(cast(newest.delivered as varchar))) as load_mark
    from {{ source('meta', 'loads') }} as loads
    inner join ({{ contents() }}) as newest on loads.load_id = newest.load_id
    where loads.status = 'loaded'
{%- endmacro %}


{#
    Keys a new delivery can have changed in a raw table of mode append or upsert: of every record it brought or renewed, all
    the keys the record ever had. What current_rows() answers for any other key cannot have changed.
#}
{% macro touched_keys(source_name, table_name, key_name, keys) -%}
    {%- set relation = source(source_name, table_name) -%}
    {%- set loads = ref('int_loads__listed') -%}
    {%- set meta = source_meta(source_name, table_name) if execute else {'mode': 'append', 'key': []} -%}
    {%- if meta.mode not in ('append', 'upsert') -%}
        {{ exceptions.raise_compiler_error(table_name ~ ' is no table whose records stand for themselves') }}
    {%- endif -%}
    select
        entry._source as source,
        entry._instance as instance,
        unnest([{% for key in keys %}cast({{ key }} as varchar){{ ', ' if not loop.last }}{% endfor %}]) as {{ key_name }}
    from {{ relation }} as entry
    semi join (
        select distinct {{ quoted_columns('brought', key_columns(meta)) }}
        from {{ relation }} as brought
        semi join {{ loads }} as loads on brought._load_id = loads.load_id and loads.is_new
    ) as renewed
        on
            {% for column in key_columns(meta) -%}
            entry.{{ column | tojson }} is not distinct from renewed.{{ column | tojson }}
            {{- ' and ' if not loop.last }}
            {%- endfor %}
{%- endmacro %}


{#
    The loads of a raw table in which the touched keys' records stand tonight. `keys` says for each raw column what of a
    touched key stands in it. A record is looked up by all its versions: the one that counts may have lost the key, and
    others of the record give it back (int_shopify_orders__named).
#}
{% macro standing_loads(source_name, table_name, touched, keys) -%}
    {%- set meta = source_meta(source_name, table_name) if execute else {'mode': 'append', 'key': []} -%}
    select distinct
        '{{ source_name }}.{{ table_name }}' as _source_table,
        entry._load_id
    from ({{ current_rows(source_name, table_name) }}) as entry
    semi join (
        {%- for column, touched_key in keys.items() %}
        select {{ quoted_columns('version', key_columns(meta)) }}
        from {{ source(source_name, table_name) }} as version
        semi join (select source, instance, {{ touched_key }} as touched_key from {{ ref(touched) }}) as touched
            on
                version._source = touched.source
                and version._instance = touched.instance
                and version.{{ column }} = touched.touched_key
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as record
        on
            {% for column in key_columns(meta) -%}
            entry.{{ column | tojson }} is not distinct from record.{{ column | tojson }}
            {{- ' and ' if not loop.last }}
            {%- endfor %}
{%- endmacro %}


{#
    Where the kept model `kept` reads a large export: only the loads that `standing` lists. A plain list, which DuckDB takes
    down through the windows of a staging view to the scan, as it does no join: most of the export is never read.
#}
{% macro in_standing_loads(kept, standing, table) -%}
    {%- if not execute -%} {%- do ref(standing) -%}
    {%- elif kept_relation(kept) -%}
        {%- set loads = "select _load_id from " ~ ref(standing) ~ " where _source_table = '" ~ table ~ "' order by all" -%}
    where _load_id in ({{ run_query(loads).columns[0].values() | join(', ') or 'null' }})
    {%- endif -%}
{%- endmacro %}
