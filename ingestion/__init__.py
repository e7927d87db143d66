"""Bytes become typed rows here: specs, readers, loader, ledger. Nothing of dbt, Dagster or a business rule belongs in it."""
