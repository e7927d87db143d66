"""What came and what did not: schema `meta` of raw.duckdb and the specs, read for people and checks. Loads nothing."""
