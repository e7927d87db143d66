"""Exchange rates as feeds deliver them: a shop's own spec and a file. Asserts nothing."""

from __future__ import annotations

from ingestion.home import Home

_SPEC = """
entity = "exchange_rates"
files = ["rates*.csv"]
format = "csv"
[map]
rate_date = { from = "day" }
base_currency = { from = "base" }
quote_currency = { from = "quote" }
rate = { from = "rate" }
"""


def deliver_rates(home: Home, source: str, *rows: str) -> None:
    """One source's file of rates: day, base, quote, rate."""
    for folder in (home.sources / source, home.exports / source):
        folder.mkdir(parents=True)
    (home.sources / source / "rates.toml").write_text(_SPEC, "utf-8")
    (home.exports / source / "rates.csv").write_text("\n".join(["day,base,quote,rate", *rows, ""]), "utf-8")
