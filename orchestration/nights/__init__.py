"""The night: the order of its steps, its lock, its summary, its alerts. Never Dagster, never the command line."""
