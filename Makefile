# `make help` lists the targets. All they need is Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
# Tests keep their own folder, so that they never touch an office's register; what one run has
# compiled of them the next need not.
TEST_ENV := POLLREADY_DATA=var/test POLLREADY_TIME_ZONE=UTC PYTHONDONTWRITEBYTECODE=
# Who has nothing left takes tests over from the other, so that both cores end at once.
BOTH := -n 2 --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help setup run check fix test browser bench docs messages lock

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## set up .venv, the front end and the kernels
	@$(PYTHON) bootstrap.py

run: setup ## serve the example province on loopback, with a one-time administrator link
	@$(BIN)/pollready serve --data var/example --example

check: setup ## format, lint, types, imports, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(TEST_ENV) $(BIN)/python -m django makemigrations --check --dry-run --settings pollready.project.settings

fix: setup ## mend what format and lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: setup ## everything: SQLite, PostgreSQL from a wheel, a real browser
	$(TEST_ENV) $(BIN)/python -m pytest $(BOTH)
	$(TEST_ENV) $(BIN)/python tests/on_postgresql.py -q $(BOTH)

browser: setup ## only the tests that drive a browser
	$(TEST_ENV) $(BIN)/python -m pytest -m browser

bench: setup ## measure, beside peers where there are any
	$(BIN)/python -m benchmarks

docs: setup ## write the generated reference pages
	$(BIN)/python -m docs.generate

messages: setup ## check the phrases of both languages
	$(TEST_ENV) $(BIN)/python -m pytest -q tests/unit/language

lock: setup ## write the lock file again from pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra dev pyproject.toml -o requirements/dev.txt
