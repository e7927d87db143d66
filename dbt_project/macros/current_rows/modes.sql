{# A child table (rows out of an array): its rows follow the row they came from. #}
{% macro current_children(relation, source_name, meta) -%}
    select child.*
    from {{ relation }} as child
    semi join ({{ current_rows(source_name, meta.get('parent')) }}) as parent
        on child._load_id = parent._load_id and child._parent_row_number = parent._row_number
{%- endmacro %}


{#
    period: for each day, the rows of the newest export whose period holds that day, even where it holds no row of it;
    a row whose day is missing or cannot be read counts as one of the last day of its file; with parts_by, a file
    restates the days of those parts alone that it holds.
#}
{% macro current_by_period(relation, meta) -%}
    select entry.*
    from {{ relation }} as entry
    anti join ({{ restated_days(relation, meta) }}) as restated
        on
            entry._load_id = restated._load_id
            and cast(entry.{{ meta['period'] | tojson }} as date) is not distinct from restated.period_day
            {{- same_parts('entry', 'restated', meta) }}
{%- endmacro %}


{#
    snapshot: the newest full dump and what came after it; files of one export time are one dump (pages of one
    answer), but for one that another of them corrects; a dump far smaller than those before it is a partial one
    (volume.min_share_of_previous), which updates rows but closes none; a dump without rows closes all.
#}
{% macro current_snapshot(relation, meta) -%}
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
{%- endmacro %}


{#
    upsert with replace_by: all rows of the newest delivery that holds the group. Nothing is ranked: all of a group's
    rows but its newest load's are taken out.
#}
{% macro current_groups(relation, meta) -%}
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
{%- endmacro %}


{#
    append: one row a key; all deliveries add up. upsert: the newest version of a key. Groups whose version updated_at
    says are ranked too, and so are those with parts_by: files of one delivery's time add up to one group, by its
    newest row of each part.
#}
{% macro current_by_key(relation, meta) -%}
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
{%- endmacro %}
