"""Bytes become typed rows: specs, readers, loader, ledger. Nothing of dbt, Dagster or a business rule belongs here."""
