# gongkai: every task of the project, one line each. `make help` lists them.
# Where packages come from (index, certificates, caches) is pip's own configuration.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
OCR    := $(VENV)/.installed-ocr
JOBS   ?= 2
REPORT := $(BIN)/python -m pytest -n $(JOBS)

# dbt and Dagster stay silent towards the outside whatever the machine's settings are.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DAGSTER_DISABLE_TELEMETRY := yes

.DEFAULT_GOAL := help
.PHONY: help setup ocr demo build test test-system lint types manifest defs docs dev bench bench-memory accuracy bench-warehouse lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP)  ## create .venv with the pinned set (repeats cost nothing)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gongkai needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[dev]'
	@# pip compiles with one core and not at all under PYTHONDONTWRITEBYTECODE; starts depend on it.
	-$(BIN)/python -m compileall -q -j 0 $(VENV)/lib/python3*/site-packages >/dev/null
	@touch $(STAMP)

ocr: $(OCR)  ## add character recognition, so that scans and pictures can be read

$(OCR): $(STAMP)
	$(BIN)/python -m pip install --quiet --no-compile --constraint constraints.txt --editable '.[dev,ocr]'
	@touch $(OCR)

demo: setup  ## build the bundled samples and a made-up county, then show what came out
	$(BIN)/gongkai demo

build: setup  ## take in what lies in the inbox, build and publish
	$(BIN)/gongkai build

test: ocr  ## run every test that needs no Debian package
	$(REPORT) -m "not system"

test-system:  ## run the tests that need Debian packages (.ci/run installs them)
	$(REPORT) -m system

lint: setup  ## formatting, code rules, import layers, SQL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests

types: ocr  ## static types
	$(BIN)/basedpyright

manifest: setup  ## dbt parse: the manifest that Dagster reads
	$(BIN)/dbt parse --quiet --project-dir dbt_project --profiles-dir dbt_project

defs: manifest  ## check that all Dagster definitions load
	$(BIN)/dg check defs

docs: setup  ## write the generated files again (docs/*.md, SQL and column lists of the dbt project)
	$(BIN)/python -m assets.warehouse.generated
	$(BIN)/python -m assets.exports.indicator_pages
	$(MAKE) manifest
	$(BIN)/python -m assets.exports.dictionary
	$(BIN)/python -m orchestration.cli.reference
	$(BIN)/python -m orchestration.cookbook

dev: manifest  ## open the orchestration pages of Dagster
	DAGSTER_HOME=$$($(BIN)/python -m orchestration.home) $(BIN)/dagster dev

bench: setup  ## documents per second per reader, and where the time goes
	$(BIN)/python -m tests.bench

bench-memory: setup  ## what one process holds while it reads 1,000 documents
	$(BIN)/python -m tests.bench_memory

accuracy: setup  ## read a test bed of quirky reports, count what is exact, write docs/accuracy.md
	$(BIN)/python -m orchestration.accuracy

bench-warehouse: setup  ## the warehouse at 300,000 reports: builds, added report, questions
	$(BIN)/python -m tests.bench_warehouse $(REPORTS)

lock: setup  ## compile constraints.txt anew from pyproject.toml
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --extra dev --extra ocr --strip-extras --annotation-style line \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	  --no-header --output-file constraints.txt pyproject.toml

clean:  ## remove the environment and tool caches; data/ stays
	rm -rf $(VENV) *.egg-info .pytest_cache .ruff_cache .import_linter_cache dbt_project/target dbt_project/logs
