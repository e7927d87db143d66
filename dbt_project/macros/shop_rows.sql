{#
    A shop's own rows of a seed, laid over the shipped ones after dbt has loaded them: `<CX_HOME>/seeds/<seed>.csv`,
    if it is there. A row with the key of a shipped row (`meta: key` of the seed) changes the columns the file has;
    any other row is added.
#}
{% macro shop_rows() -%}
    {%- set file = (env_var('CX_HOME', '../home') ~ '/seeds/' ~ this.identifier ~ '.csv') | replace("'", "''") -%}
    {%- if execute and run_query("select file from glob('" ~ file ~ "')").rows | length > 0 -%}
        merge into {{ this }} as shipped
        using (
            from read_csv('{{ file }}', all_varchar = true, header = true, delim = ',', quote = '"', escape = '"')
        ) as ours
            on true
            {%- for column in model.config.meta.key %}
                and shipped.{{ column }} is not distinct from ours.{{ column }}
            {%- endfor %}
        when matched then update by name
        when not matched then insert by name
    {%- endif -%}
{%- endmacro %}
