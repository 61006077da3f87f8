# Each target first sets up what it needs, which is kept until its sources change. Works with GNU make 3.81.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run
DEV := $(VENV)/.dev
NODE := node_modules/.installed
ASSETS := gateway/static/dist/manifest.json
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard gateway/translations/*/LC_MESSAGES/*.po))
PAGES := $(shell find gateway/assets -type f 2>/dev/null; find gateway -name '*.html' -not -path '*/static/*' 2>/dev/null)
SETUP := PYTHON=$(PYTHON) deploy/setup
PYTEST := $(BIN)/python -m pytest

# Starts are several times slower without compiled modules.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help up test lint bench screenshots docs env lock clean

help:
	@echo "make up           run Atrio on this machine: http://localhost:8000"
	@echo "make test         run every test, on PostgreSQL with RabbitMQ and on SQLite"
	@echo "make lint         check style, types and the import rules"
	@echo "make bench        measure against the limits in tests/benchmarks"
	@echo "make screenshots  take the pictures of README.md anew"
	@echo "make docs         fill docs/events.md from the contracts, docs/features.md from the tests"
	@echo "make env          write .env with new secrets, for docker compose up"
	@echo "make lock         pin the libraries anew in requirements.lock"
	@echo "make clean        remove what the other targets made; data in var/ stays"

up: $(RUN) $(ASSETS) $(CATALOGUES)
	@exec $(BIN)/atrio up

test: $(DEV) $(ASSETS) $(CATALOGUES)
	@deploy/test

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV) $(ASSETS) $(CATALOGUES)
	ATRIO_TEST_DURABLE=1 ATRIO_TEST_STACK=production $(PYTEST) tests/benchmarks -s

screenshots: $(DEV) $(ASSETS) $(CATALOGUES)
	$(BIN)/python -m tests.browser.screenshots

docs: $(DEV)
	$(BIN)/python -m services.contracts.document docs/events.md
	$(BIN)/python -m tests.feature_table

env: .env

.env:
	@deploy/make-env

lock: $(DEV)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --extra dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) node_modules gateway/static/dist $(CATALOGUES) *.egg-info .pytest_cache .mypy_cache \
	  .ruff_cache .hypothesis .import_linter_cache
	find services gateway deploy tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements.lock pyproject.toml
	@$(SETUP) run

$(DEV): requirements.lock pyproject.toml
	@$(SETUP) dev

$(NODE): package.json package-lock.json | $(RUN)
	@$(SETUP) node

$(ASSETS): $(NODE) $(PAGES)
	@$(SETUP) assets

%.mo: %.po | $(RUN)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
