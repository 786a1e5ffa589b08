# Nothing but Python 3.11 and make is needed; everything else is installed into .venv from the
# hashed lists under requirements/.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BENCH ?= ../shared/data/bench
SIZES ?= 10000 100000 1000000
# One more than there are cores: who kills servers mostly waits for them.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-installed
DEV_STAMP := $(VENV)/.dev-installed
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install demo test lint types migrate evaluate bench lock

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(RUN_STAMP) ## install what running needs into .venv

demo: $(RUN_STAMP) ## load the packaged catalogue of real firms and serve it (Ctrl-C stops)
	@$(BIN)/landbridge demo $(DEMO)

# A file of tests stays in one process: its servers are started once.
test: $(DEV_STAMP) ## run every test, some processes (TESTS=tests/matching for a part, WORKERS=0 for one process)
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

lint: $(DEV_STAMP) ## check style, formatting and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(DEV_STAMP) ## check types with mypy, strict
	$(BIN)/python -m mypy

migrate: $(RUN_STAMP) ## bring the database's schema to this release
	@$(BIN)/landbridge migrate

evaluate: $(RUN_STAMP) ## measure reading, routes and ranking on BENCH=folder; learns rankers, so it takes a while
	$(BIN)/landbridge evaluate understanding tests/matching/understanding/sets/report.jsonl --json
	@test -d "$(BENCH)" || { echo "make evaluate: no folder $(BENCH): give the benchmarks' with BENCH=..." >&2; exit 2; }
	$(BIN)/landbridge evaluate routes tests/matching/jurisdictions/cases.csv --json
	$(BIN)/landbridge evaluate countries $(BENCH)/worldbank_awards --json
	@echo "rankers are learned from the past of each set of awards first: some minutes each" >&2
	$(BIN)/landbridge evaluate awards $(BENCH)/worldbank_awards
	$(BIN)/landbridge evaluate awards $(BENCH)/gebiz
	$(BIN)/landbridge evaluate awards $(BENCH)/worldbank_corporate
	$(BIN)/landbridge evaluate retrieval $(BENCH)/xquad_r --json
	$(BIN)/landbridge evaluate retrieval $(BENCH)/drcd --json

bench: $(DEV_STAMP) ## measure engine, server and alternatives at SIZES="10000 100000 1000000"; an hour in all
	@mkdir -p var/bench
	@for size in $(SIZES); do \
		echo "bench: $$size providers" >&2; \
		$(BIN)/landbridge bench --providers $$size --json > var/bench/$$size.json || exit $$?; \
	done
	@$(BIN)/python tools/fill_performance.py $(SIZES:%=var/bench/%.json)

lock: ## write requirements/ anew from pyproject.toml (needs uv; LOCK=--upgrade for newer versions)
	echo "hatchling==1.33.0" | $(UV_COMPILE) -o requirements/build.txt -
	$(UV_COMPILE) -o requirements/run.txt pyproject.toml
	$(UV_COMPILE) --extra dev --constraints requirements/run.txt -o requirements/dev.txt pyproject.toml

# The lists name no server and hold no addresses: they install through whatever index a machine has.
UV_COMPILE := uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header $(LOCK)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: Python 3.11 is needed and was not found: give PYTHON=..." >&2; exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than Python 3.11: give another with PYTHON=..." >&2; exit 2; }
	"$(PYTHON)" -m venv $(VENV)

$(RUN_STAMP): $(BIN)/python requirements/build.txt requirements/run.txt pyproject.toml
	@echo "installing what running needs into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(RUN_STAMP) requirements/dev.txt
	@echo "installing what developing needs into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@
