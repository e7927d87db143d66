{#
    The rows of a raw table that count tonight, by the load mode its spec declares (passed on in the source's meta).

    append    one row a key; all deliveries add up
    upsert    the newest version of a key, or, with replace_by, all rows of the newest delivery that holds the group;
              with parts_by, files of that delivery's time add up to one group, by its newest row of each part
    period    for each day, the rows of the newest export whose period holds that day, even where it holds no row of it;
              a row whose day is missing or cannot be read counts as one of the last day of its file; with parts_by, a
              file restates the days of those parts alone that it holds
    snapshot  the newest full dump and what came after it; files of one export time are one dump (pages of one answer),
              but for one that another of them corrects; a dump far smaller than those before it is a partial one
              (volume.min_share_of_previous), which updates rows but closes none; a dump without rows closes all
    A child table (rows out of an array) follows the row it came from. `among` is what to choose from instead of the table.

    "Newest" is said by the data: its updated_at column (of several, the first that is filled), then the version of the
    load (contents() says how delivered files compare), then the row's place in its file. The order in which files
    arrived never enters, so any order gives the same rows. The same bytes delivered again add no rows, but make their content as new as its newest delivery: A, B, A
    ends at A.
    Only keys that came more than once are ranked, on narrow columns; what lost is taken out of the wide rows. So what was
    delivered once never passes through a sort. Groups replaced as a whole need none: all of a group's rows but its
    newest load's are taken out.
#}
{% macro current_rows(source_name, table_name, among=none) -%}
    {%- set relation = among or source(source_name, table_name) -%}
    {%- set meta = source_meta(source_name, table_name) -%}
    {%- set mode = meta.get('mode', 'append') -%}
    {%- if meta.get('parent') %}
    select child.*
    from {{ relation }} as child
    semi join ({{ current_rows(source_name, meta.get('parent')) }}) as parent
        on child._load_id = parent._load_id and child._parent_row_number = parent._row_number
    {%- elif mode == 'period' %}
    select entry.*
    from {{ relation }} as entry
    anti join ({{ restated_days(relation, meta) }}) as restated
        on
            entry._load_id = restated._load_id
            and cast(entry.{{ meta['period'] | tojson }} as date) is not distinct from restated.period_day
            {{- same_parts('entry', 'restated', meta) }}
    {%- elif mode == 'snapshot' %}
    select entry.*
    from {{ relation }} as entry
    semi join (
        select candidate._load_id, candidate._row_number
        from {{ relation }} as candidate
        inner join ({{ dump_files(relation) }}) as content on candidate._load_id = content.load_id
        inner join ({{ newest_full_dump(relation, meta) }}) as dump
            on
                candidate._source = dump._source
                and candidate._instance = dump._instance
                and content.version >= dump.version
        qualify {{ version_rank(meta) }} = 1
    ) as winner
        on entry._load_id = winner._load_id and entry._row_number = winner._row_number
    {%- elif meta.get('replace_by') and mode == 'upsert' and not meta.get('updated_at') and not meta.get('parts_by') %}
    select entry.*
    from {{ relation }} as entry
    anti join (
        select
            {{ quoted_columns('delivered', key_columns(meta)) }},
            arg_max(delivered._load_id, content.version) as _newest_load_id
        from {{ relation }} as delivered
        inner join ({{ contents() }}) as content on delivered._load_id = content.load_id
        group by {{ quoted_columns('delivered', key_columns(meta)) }}
        having min(delivered._load_id) < max(delivered._load_id)
    ) as renewed
        on
            {% for column in key_columns(meta) -%}
            entry.{{ column | tojson }} is not distinct from renewed.{{ column | tojson }} and {% endfor -%}
            entry._load_id != renewed._newest_load_id
    {%- elif meta.get('key') or meta.get('replace_by') %}
    select entry.*
    from {{ relation }} as entry
    anti join (
        select candidate._load_id, candidate._row_number
        from {{ relation }} as candidate
        semi join ({{ repeated_keys(relation, meta) }}) as repeated
            on
                {% for column in key_columns(meta) -%}
                candidate.{{ column | tojson }} is not distinct from repeated.{{ column | tojson }}
                {{- ' and ' if not loop.last }}
                {%- endfor %}
        inner join ({{ contents() }}) as content on candidate._load_id = content.load_id
        qualify {{ version_rank(meta) }} > 1
            {%- if meta.get('parts_by') %}
            or dense_rank() over (
                partition by {{ quoted_columns('candidate', key_columns(meta)) }}
                order by content.delivered.exported_at desc
            ) > 1
            {%- endif %}
    ) as superseded
        on entry._load_id = superseded._load_id and entry._row_number = superseded._row_number
    {%- else %}
    select * from {{ relation }}
    {%- endif %}
{%- endmacro %}


{# What tells one record from another: its key, or, with replace_by, the group that is delivered as a whole. #}
{% macro key_columns(meta) -%}
    {%- set replaced = meta.get('replace_by') if meta.get('mode') == 'upsert' else none -%}
    {{ return(['_source', '_instance'] + (replaced or meta['key'])) }}
{%- endmacro %}


{# Keys that came more than once; of groups replaced as a whole, those that came in more than one version. #}
{% macro repeated_keys(relation, meta) -%}
            select {{ quoted_columns('delivered', key_columns(meta)) }}
            from {{ relation }} as delivered
            group by all
            {%- if meta.get('replace_by') and not meta.get('updated_at') %}
            having min(delivered._load_id) < max(delivered._load_id)
            {%- else %}
            having count(*) > 1
            {%- endif %}
{%- endmacro %}


{# The place of a row among the versions of its key, the newest first. Rows of a replaced group share theirs. #}
{% macro version_rank(meta) -%}
    {%- set is_group = meta.get('replace_by') and meta.get('mode') == 'upsert' -%}
    {{ 'dense_rank' if is_group else 'row_number' }}() over (
                partition by {{ quoted_columns('candidate', key_columns(meta) + meta.get('parts_by', [])) }}
                order by
                    {% if meta.get('updated_at') -%} coalesce({{ quoted_columns('candidate', meta['updated_at']) }}) desc nulls last, {% endif -%}
                    content.version desc
                    {{- ', candidate._row_number desc' if not is_group }}
            )
{%- endmacro %}


{% macro quoted_columns(relation_alias, columns) -%}
    {%- for column in columns -%} {{ relation_alias }}.{{ column | tojson }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro %}


{#
    One row a content, and the one place that says which is newer: the greater `version`. Contents compare by their
    newest delivery, over the first and all that brought the same bytes again: by the export's time, the copy number a
    browser puts into a name ("orders (1).csv"), the file's name (first without its ending: "orders-corrected.csv" comes
    after "orders.csv"; numbers in it by their value: v10 comes after v2), and, under one and the same name, the file's
    modification time. What is equal in all of them is separated by the content id. orchestration/building/fingerprint.py orders its
    ledger by the same.
#}
{% macro contents() -%}
            select load_id, delivered, row_number() over (order by delivered, load_id) as version
            from (
                select
                    coalesce(duplicate_of, load_id) as load_id,
                    max({{ delivered() }}) as delivered
                from {{ source('meta', 'loads') }}
                where status in ('loaded', 'duplicate')
                group by coalesce(duplicate_of, load_id)
            ) as newest_deliveries
{%- endmacro %}


{# What deliveries compare by, of one line of the ledger. #}
{% macro delivered() -%}
                        struct_pack(
                            exported_at := exported_at,
                            copy_number := coalesce(
                                try_cast(regexp_extract(file_name, '[(]([0-9]+)[)][.a-zA-Z0-9]*$', 1) as integer), 0
                            ),
                            name := array_to_string(
                                list_transform(
                                    regexp_extract_all(
                                        regexp_replace(file_name, '[.][a-z0-9]+([.](gz|zst|zip))?$', '', 'i'), '[0-9]+|[^0-9]+'
                                    ),
                                    lambda part: if(
                                        regexp_matches(part, '[0-9]'), repeat('0', 20 - length(part)) || part, part
                                    )
                                ),
                                ''
                            ),
                            file_name := file_name,
                            modified_at := modified_at
                        )
{%- endmacro %}


{# A file's name without the endings of its format and its packing. #}
{% macro stem(name) -%} regexp_replace({{ name }}, '[.][a-z0-9]+([.](gz|zst|zip))?$', '', 'i') {%- endmacro %}


{# The rows with `_version`, for a model that has to choose among rows of several loads once more. #}
{% macro with_version(rows) -%}
    select entry.*, content.version as _version
    from ({{ rows }}) as entry
    inner join ({{ contents() }}) as content on entry._load_id = content.load_id
{%- endmacro %}


{# What parts_by adds to a condition that two rows meet. #}
{% macro same_parts(one, other, meta) -%}
    {%- for column in meta.get('parts_by', []) %}
            and {{ one }}.{{ column | tojson }} is not distinct from {{ other }}.{{ column | tojson }}
    {%- endfor -%}
{%- endmacro %}


{# One row a day (and part) that a load holds. #}
{% macro held_days(relation, meta) -%}
            select distinct
                _load_id, cast({{ meta['period'] | tojson }} as date) as period_day
                {%- for column in meta.get('parts_by', []) %}, {{ column | tojson }}{% endfor %}
            from {{ relation }}
{%- endmacro %}


{#
    One row a delivery, with the period it covers: the one its name says, which may be another each time the same bytes
    come (a report without rows says of each of its weeks that there was nothing), else that of its content. `version`
    orders deliveries as contents() orders contents by their newest.
#}
{% macro covered_periods() -%}
            select
                coalesce(duplicate_of, load_id) as load_id,
                source,
                export,
                instance,
                coalesce(period_start, max(period_start) filter (where status = 'loaded') over content) as period_start,
                coalesce(period_end, max(period_end) filter (where status = 'loaded') over content) as period_end,
                row_number() over (order by {{ delivered() }}, coalesce(duplicate_of, load_id)) as version
            from {{ source('meta', 'loads') }}
            where status in ('loaded', 'duplicate')
            window content as (partition by coalesce(duplicate_of, load_id))
{%- endmacro %}


{#
    Days of a load that a newer delivery of the same export restates: the ledger says which days a delivery covers,
    and what it holds outside of them (its name was wrong) is restated too. A delivery without rows restates all parts.
    A row is as new as the newest delivery of its content, whose period it was in the last time.
#}
{% macro restated_days(relation, meta) -%}
        with held as ({{ held_days(relation, meta) }}),

        covered as ({{ covered_periods() }}),

        newest as (
            select load_id, source, export, instance, max(version) as version, arg_max(period_end, version) as period_end
            from covered
            group by load_id, source, export, instance
        ),

        restated as (
            select load_id, source, export, instance, version, period_start, period_end from covered
            union all
            select load_id, source, export, instance, version, period_day, period_day
            from covered
            inner join held on covered.load_id = held._load_id
            where held.period_day not between covered.period_start and covered.period_end
        )

        select held.*
        from held
        inner join newest on held._load_id = newest.load_id
        semi join (
            select
                restated.*
                {%- if meta.get('parts_by') %},
                parts._load_id,
                {{ quoted_columns('parts', meta['parts_by']) }}
                {%- endif %}
            from restated
            {%- if meta.get('parts_by') %}
            left join (
                select distinct _load_id, {{ quoted_columns('each_row', meta['parts_by']) }} from {{ relation }} as each_row
            ) as parts
                on restated.load_id = parts._load_id
            {%- endif %}
        ) as newer
            on
                newest.source = newer.source
                and newest.export = newer.export
                and newest.instance = newer.instance
                and coalesce(held.period_day, newest.period_end) between newer.period_start and newer.period_end
                and newer.version > newest.version
                {%- if meta.get('parts_by') %}
                and (newer._load_id is null or (true {{- same_parts('held', 'newer', meta) }}))
                {%- endif %}
{%- endmacro %}


{# One row an instance: its newest dump, be it without rows, that is not far smaller than the largest before it. #}
{% macro newest_full_dump(relation, meta) -%}
        select _source, _instance, version
        from (
            select _source, _instance, version
            from (
                select
                    file._source,
                    file._instance,
                    min(file.version) as version,
                    sum(coalesce(held.row_count, 0)) as row_count
                from ({{ dump_files(relation) }}) as file
                left join (select _load_id, count(*) as row_count from {{ relation }} group by _load_id) as held
                    on file.load_id = held._load_id
                group by file._source, file._instance, file.exported_at
            ) as dumps
            qualify
                row_count >= {{ (meta.get('volume') or {}).get('min_share_of_previous', 0) }} * coalesce(
                    max(row_count) over (
                        partition by _source, _instance
                        order by version
                        rows between unbounded preceding and 1 preceding
                    ),
                    0
                )
        ) as full_dumps
        qualify row_number() over (partition by _source, _instance order by version desc) = 1
{%- endmacro %}


{#
    The files that dumps consist of, with their version. A file is corrected, and no part of its dump, where another of the
    same export time bears the same name, or one that goes on after it: "members-corrected" and "members (1)" correct
    "members"; "members_part2" and "members_part1" are parts of one dump, and "members_2" and "members-page2" of that of
    "members" (ingestion/file_names.py says the same).
#}
{% macro dump_files(relation) -%}
            select load_id, version, _source, _instance, exported_at
            from (
                select
                    loads.load_id,
                    loads.source as _source,
                    loads.instance as _instance,
                    content.version,
                    content.delivered.exported_at,
                    list(struct_pack(version := content.version, name := {{ stem('content.delivered.file_name') }})) over (
                        partition by loads.source, loads.export, loads.instance, content.delivered.exported_at
                    ) as beside,
                    {{ stem('content.delivered.file_name') }} as name
                from {{ source('meta', 'loads') }} as loads
                inner join ({{ contents() }}) as content on loads.load_id = content.load_id
                semi join (
                    select filling.source, filling.export
                    from {{ source('meta', 'loads') }} as filling
                    semi join {{ relation }} as entry on filling.load_id = entry._load_id
                ) as filling
                    on loads.source = filling.source and loads.export = filling.export
                where loads.status = 'loaded'
            ) as files
            where not list_bool_or(
                list_transform(
                    beside,
                    lambda other: other.version > version
                    and starts_with(other.name, name)
                    and not regexp_matches(substr(other.name, length(name) + 1, 1), '[0-9a-zA-Z]')
                    and not regexp_full_match(substr(other.name, length(name) + 1), '{{ page_mark() }}', 'i')
                )
            )
{%- endmacro %}


{# What stands behind a dump's name in that of one more of its pages: a mark and a number too short for a time. #}
{% macro page_mark() -%} [-_. ]+(page|part|seite|teil|p)?[-_. ]?[0-9]{1,3} {%- endmacro %}


{% macro source_meta(source_name, table_name) -%}
    {%- set found = namespace(meta={}) -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() if node.source_name == source_name and node.name == table_name -%}
            {%- set found.meta = node.config.meta or node.meta -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found.meta) }}
{%- endmacro %}
