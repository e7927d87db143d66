"""The build: dbt on warehouse.duckdb in this process, what it left and of which inputs. Never what is published."""
