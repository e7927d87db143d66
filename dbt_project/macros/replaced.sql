{#
    How tables and views are made: the old one goes and the new one comes in one transaction, so a failure leaves the
    old one. dbt's own way (built under another name, two renames, a drop in a transaction of its own) is for
    databases without transactional DDL; with a hundred models its statements cost more than many of the models. Seeds
    and kept models go dbt's way.
#}
{% materialization table, adapter='duckdb' %}
    {{ return(replaced('table', create_table_as(false, this.incorporate(type='table'), compiled_code))) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {{ return(replaced('view', get_create_view_as_sql(this.incorporate(type='view'), compiled_code))) }}
{% endmaterialization %}


{% macro replaced(type, create_sql) -%}
    {%- set target = this.incorporate(type=type) -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {%- if existing is not none %} drop {{ existing.type }} if exists {{ existing }}; {% endif -%}
        {{ create_sql }}
    {%- endcall -%}
    {%- if existing is not none and existing.type != type -%} {%- do adapter.cache_dropped(existing) -%} {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(target, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{%- endmacro %}
