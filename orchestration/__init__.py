"""When, in which order, and was it well: the night, its command line, Dagster. No business logic and no list of models."""
