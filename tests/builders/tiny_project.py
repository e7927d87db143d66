"""A dbt project of two marts, small enough that a night over it takes a second."""

from __future__ import annotations

from pathlib import Path

_PROJECT = """
name: tiny
version: "1.0.0"
config-version: 2
profile: tiny
flags: {send_anonymous_usage_stats: false}
on-run-start: [select 1]
vars: {store_time_zone: UTC, reporting_currency: USD}
models: {tiny: {+schema: marts, +materialized: table}}
"""
_PROFILE = """
tiny:
  target: night
  outputs:
    night:
      type: duckdb
      path: "{{ env_var('CX_HOME') }}/warehouse.duckdb"
      threads: 1
      attach: [{path: "{{ env_var('CX_HOME') }}/raw.duckdb", alias: raw, read_only: true}]
"""
_SCHEMA_MACRO = "{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}"
_MODEL_YAML = """
models:
  - name: fct_visits
    description: One row per visit.
    columns:
      - {name: visit_id, description: Which., config: {meta: {personal: none}}, data_tests: [unique]}
      - {name: customer_id, description: Who., config: {meta: {personal: pseudonym}}}
      - {name: email, description: Never published., config: {meta: {personal: direct}},
         data_tests: [{not_null: {description: Ask the desk., config: {severity: warn}}}]}
  - name: night_facts
    description: One row.
    columns:
      - {name: as_of_date, description: The day., config: {meta: {personal: none}}}
      - {name: time_zone, description: The zone., config: {meta: {personal: none}}}
      - {name: load_count, description: Loads so far., config: {meta: {personal: none}}}
sources:
  - {name: meta, database: raw, schema: meta, tables: [{name: loads}]}
"""
_FACTS = """
select
    '{{ env_var('CX_ASOF') }}'::date as as_of_date,
    '{{ var('store_time_zone') }}' as time_zone,
    count(*) as load_count
from {{ source('meta', 'loads') }}
"""

# Each reads the raw database, so that it stands behind the load in the graph.
_AFTER_LOAD = "-- depends on: {{ source('meta', 'loads') }}\n"
GOOD = "select i as visit_id, 'c' || i as customer_id, 'p' || i || '@canary.example' as email from range(5) t(i)"
DUPLICATES = "select 1 as visit_id, 'c' || i as customer_id, 'p@canary.example' as email from range(3) t(i)"
BREAKS_ON_A_CELL = (
    "select i as visit_id, 'c' as customer_id, email from (select i, 'p' || i || '@canary.example' as email"
    " from range(3) t(i)) where cast(email as integer) > 0"
)
BROKEN_CODE = "select no_such_column as visit_id from raw.meta.loads"
WARNS = "select i as visit_id, 'c' || i as customer_id, null::varchar as email from range(2) t(i)"


_REASONS = (
    "select 'order' as entity, 'stall' as source, 'amount_unknown' as rule, 'Nobody says what was sold' as reason"
)
_FACT_YAML = """
models:
  - name: fct_orders
    description: One row per order.
    columns:
      - {name: source, description: Which., config: {meta: {personal: none}}}
      - {name: invalid_order_reason, description: Why not., config: {meta: {personal: none}}}
      - {name: is_valid_order, description: Whether it counts., config: {meta: {personal: none}}}
      - {name: currency, description: Of what., config: {meta: {personal: none}}}
      - {name: gross_amount, description: How much., config: {meta: {personal: none}}}
      - {name: reporting_currency, description: Into what., config: {meta: {personal: none}}}
      - {name: reporting_gross_amount, description: How much of that., config: {meta: {personal: none}}}
  - name: fct_order_lines
    description: One row per line.
    columns:
      - {name: source, description: Which., config: {meta: {personal: none}}}
      - {name: invalid_line_reason, description: Why not., config: {meta: {personal: none}}}
  - name: excluded_records
    description: One row per rule.
    columns:
      - {name: source, description: Which., config: {meta: {personal: none}}}
      - {name: entity, description: What., config: {meta: {personal: none}}}
      - {name: rule, description: Which rule., config: {meta: {personal: none}}}
      - {name: reason, description: Why., config: {meta: {personal: none}}}
"""


def write_facts(folder: Path, left_out: int, counted: int, unconverted: int = 0, currency: str = "INR") -> None:
    """Give the project orders of which so many are left out by one rule, and a line for each.

    Of those that count, so many are in a currency without a rate.
    """
    marts = folder / "models" / "marts"
    rule = f"case when i < {left_out} then 'amount_unknown' end"
    rate = f"case when i >= {left_out + unconverted} then 1.0 end"
    orders = f"""
        select
            'stall' as source, {rule} as invalid_order_reason, i >= {left_out} as is_valid_order,
            nullif('{currency}', '') as currency,
            5.0 as gross_amount, 'USD' as reporting_currency, 5.0 * {rate} as reporting_gross_amount
        from range({left_out + counted}) t(i)
    """
    (marts / "facts.yml").write_text(_FACT_YAML.lstrip(), encoding="utf-8")
    (marts / "fct_orders.sql").write_text(_AFTER_LOAD + orders, encoding="utf-8")
    lines = "select source, 'order_' || invalid_order_reason as invalid_line_reason from {{ ref('fct_orders') }}"
    (marts / "fct_order_lines.sql").write_text(lines, encoding="utf-8")
    (marts / "excluded_records.sql").write_text(_AFTER_LOAD + _REASONS, encoding="utf-8")


def write_tiny_home(root: Path) -> Path:
    """A home with one good export file and the spec that takes it: a night without any file ever loaded stops."""
    spec, file = root / "sources" / "booth" / "visits.toml", root / "exports" / "booth" / "visits.csv"
    for one in (spec, file):
        one.parent.mkdir(parents=True)
    spec.write_text(
        'files = ["v*.csv"]\nformat = "csv"\nmode = "append"\n[columns]\nid = { type = "integer" }\n', encoding="utf-8"
    )
    file.write_text("id\n1\n", encoding="utf-8")
    return root


def write_tiny_project(folder: Path, visits: str = GOOD) -> Path:
    """Write the project, or overwrite its one interesting model."""
    marts = folder / "models" / "marts"
    macros = folder / "macros"
    for place in (marts, macros):
        place.mkdir(parents=True, exist_ok=True)
    files = {
        folder / "dbt_project.yml": _PROJECT,
        folder / "profiles.yml": _PROFILE,
        macros / "generate_schema_name.sql": _SCHEMA_MACRO,
        marts / "marts.yml": _MODEL_YAML,
        marts / "night_facts.sql": _FACTS,
        marts / "fct_visits.sql": _AFTER_LOAD + visits,
    }
    for path, text in files.items():
        path.write_text(text.lstrip(), encoding="utf-8")
    return folder
