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
    The files that dumps consist of, with their version. A file is corrected, and no part of its dump, where another
    of the same export time bears the same name, or one that goes on after it: "members-corrected" and "members (1)"
    correct "members"; "members_part2" and "members_part1" are parts of one dump, and "members_2" and "members-page2"
    of that of "members" (ingestion/file_names.py says the same).
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
                    list(
                        struct_pack(version := content.version, name := {{ stem('content.delivered.file_name') }})
                    ) over (
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
