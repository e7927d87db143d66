# `make run` and `make test` need nothing but Python 3.11, 3.12 or 3.13 (name one: make run PYTHON=python3.12).
PYTHON ?= python3
BIN := .venv/bin
export CX_HOME ?= $(CURDIR)/home
export DO_NOT_TRACK := 1
.DEFAULT_GOAL := help
.PHONY: help setup run test check dev lock
help: ## show this help
	@grep -E '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16
setup: .venv/.ready ## create .venv from the hash-locked requirements

.venv/.ready: requirements.lock requirements.uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"cx-warehouse needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}: name another, for example make $(MAKECMDGOALS) PYTHON=python3.12")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.uv.lock
	UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	UV_COMPILE_BYTECODE=1 $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## run one night (on the sample shop if the exports folder is empty)
	@$(BIN)/cx sample --if-empty
	@$(BIN)/cx night
	@echo 'Ask it: .venv/bin/cx sql "show tables". Dagster UI: make dev, then open http://127.0.0.1:3000'
test: setup ## run all tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: setup ## lint, types, SQL style, architecture and documentation tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	$(BIN)/python -m pytest tests/architecture

dev: setup ## open the Dagster UI on this machine's loopback address
	@DAGSTER_HOME=$$($(BIN)/python -m orchestration.dagster_home) \
	PYTHONWARNINGS='ignore:Function `dev_command` is superseded' $(BIN)/dagster dev

lock: setup ## regenerate requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras --no-annotate --no-header pyproject.toml --group dev -o requirements.lock
