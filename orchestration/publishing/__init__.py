"""The published file: its marts, pseudonyms, masks and swap; functions over paths and facts. Never Dagster or dbt."""
