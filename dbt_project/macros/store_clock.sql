{#
    The last instant that counts as past: the end of the night's logical day, in UTC. CX_ASOF (YYYY-MM-DD) names the
    day; without it, the day before the run on the store's clock: a day that is still running has not ended, nor has
    any period that needs it. Read only where SQL is made: a variable read while dbt parses would have every file that
    asks for it parsed again each night.
#}
{% macro as_of() -%}
    {%- set store_clock = run_started_at.astimezone(modules.pytz.timezone(var("store_time_zone"))) -%}
    {%- set yesterday = (store_clock - modules.datetime.timedelta(days=1)).strftime('%Y-%m-%d') -%}
    {%- set day = (env_var('CX_ASOF', '') if execute) or yesterday -%}
    {{ store_instant("cast('" ~ day ~ "' as timestamp) + interval 1 day") }}
{%- endmacro %}


{# The first instant, in UTC, at which the clocks of a zone show a time: where they go back, they show it twice. #}
{% macro store_instant(local_time, time_zone=none) -%}
    {%- set zone = time_zone or "'" ~ var("store_time_zone") ~ "'" -%}
    {%- set last = 'timezone(' ~ zone ~ ', ' ~ local_time ~ ')' -%}
    {%- set before = last ~ ' - interval 3 hours' -%}
    {%- set clock_before = 'timezone(' ~ zone ~ ', ' ~ before ~ ') - timezone(\'UTC\', ' ~ before ~ ')' -%}
    {%- set first = 'timezone(\'UTC\', ' ~ local_time ~ ' - (' ~ clock_before ~ '))' -%}
    timezone(
        'UTC',
        if(timezone({{ zone }}, {{ first }}) = {{ local_time }}, least({{ first }}, {{ last }}), {{ last }})
    )
{%- endmacro %}


{# A UTC timestamp as the shop's own clock shows it. #}
{% macro store_time(timestamp_utc) -%}
    timezone('{{ var("store_time_zone") }}', timezone('UTC', {{ timestamp_utc }}))
{%- endmacro %}


{% macro store_date(timestamp_utc) -%}
    cast({{ store_time(timestamp_utc) }} as date)
{%- endmacro %}


{% macro store_month(timestamp_utc) -%}
    cast(date_trunc('month', {{ store_time(timestamp_utc) }}) as date)
{%- endmacro %}
