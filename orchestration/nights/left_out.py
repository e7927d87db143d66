"""Facts of which one rule left out more than half: then the published numbers are about the lesser part of the shop.

Belongs here: counting the published facts that say themselves why they do not count, or that are in no amount.
Never here: a rule (the models have them), or anything of a fact but its source, its rule and its currency.
"""

from __future__ import annotations

from contextlib import closing

import duckdb

from ingestion.home import Home

# Fewer facts than these may be a shop's first days.
_LEAST_FACTS = 20
# The published table, the name its rules have in `excluded_records`, and the column that names a fact's rule.
_FACTS = (
    ("fct_orders", "order", "invalid_order_reason"),
    ("fct_order_lines", "order_line", "invalid_line_reason"),
    ("fct_refunds", "refund", "invalid_refund_reason"),
    ("fct_tickets", "ticket", "invalid_ticket_reason"),
)
_EXCLUDED = "excluded_records"
_AMOUNT = "reporting_gross_amount"
# Orders that count and have a value, which no rate turned into the reporting currency.
_IN_NO_AMOUNT = """
    select
        source,
        count(*) filter (where reporting_gross_amount is null) as facts,
        count(*) as all_facts,
        string_agg(distinct currency, ', ' order by currency)
            filter (where reporting_gross_amount is null and regexp_full_match(currency, '[A-Z]{3}')) as currencies,
        any_value(reporting_currency)
    from main.fct_orders
    where is_valid_order and gross_amount is not null
    group by source having 2 * facts > all_facts order by source
"""
_COUNT = """
    with counted as (
        select source, {rule} as rule, count(*) as facts from main.{table} group by all
    ),

    shared as (
        select *, sum(facts) over (partition by source)::bigint as all_facts from counted
    )

    select source, facts, all_facts, rule, max(reason)
    from shared left join (from main.excluded_records where entity = ?) using (source, rule)
    -- A line whose order is left out is told with its order.
    where
        rule is not null
        and rule not in (select 'order_' || o.rule from main.excluded_records as o where o.entity = 'order')
        and 2 * facts > all_facts
        and all_facts >= ?
    group by all order by source
"""


def mostly_left_out(home: Home) -> list[str]:
    """One sentence for each source and kind of fact in the published file of which a rule left out more than half."""
    if not home.published_db.exists():
        return []
    with closing(duckdb.connect(str(home.published_db), read_only=True)) as connection:
        there = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        if _EXCLUDED not in there:
            return []
        told = [
            sentence
            for table, entity, rule in _FACTS
            if table in there
            for sentence in _of_facts(connection, table, entity, rule)
        ]
        return [*told, *_in_another_currency(connection)]


def _of_facts(connection: duckdb.DuckDBPyConnection, table: str, entity: str, rule: str) -> list[str]:
    found = connection.execute(_COUNT.format(table=table, rule=rule), [entity, _LEAST_FACTS]).fetchall()
    kind = table.removeprefix("fct_").replace("_", " ")
    return [
        f"{source} {kind}: {facts:,} of {every:,} left out: {name} - {reason or 'docs/decisions says why'}"
        for source, facts, every, name, reason in found
    ]


def _in_another_currency(connection: duckdb.DuckDBPyConnection) -> list[str]:
    amounts = "select count(*) from duckdb_columns() where table_name = 'fct_orders' and column_name = ?"
    if connection.execute(amounts, [_AMOUNT]).fetchall() == [(0,)]:
        return []
    return [
        f"{source} orders: {facts:,} of {every:,} are in no amount: " + _what_to_do(told, reporting)
        for source, facts, every, told, reporting in connection.execute(_IN_NO_AMOUNT).fetchall()
    ]


def _what_to_do(told: str | None, reporting: str) -> str:
    if told is None:
        return "they name no currency code. Map the spec's column `currency`, or give it as a constant"
    return (
        f"{told} has no rate into {reporting}. Set reporting_currency in settings.toml to the shop's currency, "
        "or export exchange rates"
    )
