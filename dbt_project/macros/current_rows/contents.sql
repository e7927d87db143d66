{#
    One row a content, and the one place that says which is newer: the greater `version`. Contents compare by their
    newest delivery, over the first and all that brought the same bytes again: by the export's time, the copy number a
    browser puts into a name ("orders (1).csv"), the file's name (first without its ending: "orders-corrected.csv"
    comes after "orders.csv"; numbers in it by their value: v10 comes after v2), and, under one and the same name, the
    file's modification time. What is equal in all of them is separated by the content id.
    orchestration/building/fingerprint.py orders its ledger by the same.
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
                                        {{ stem('file_name') }}, '[0-9]+|[^0-9]+'
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
