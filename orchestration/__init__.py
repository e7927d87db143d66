"""When, in which order, was it well: the night, its command line, Dagster. No business logic, no list of models."""
