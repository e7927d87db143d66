"""raw.duckdb: its tables, its ledger, its rejects, and whose log lies beside it. No file of a shop is parsed here."""
