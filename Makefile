# make run   set up, build the sample world in $(DX_DATA_DIR), run the main job on it
# make test  set up, run the linters' light checks and the tests
# make ui    start the Dagster UI on the same data
# make bench measure it beside other tools, in an environment of its own: ROWS=200000 RUNS=5 ONLY="growth backfill"
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DX_DATA_DIR ?= $(CURDIR)/data
export DAGSTER_DISABLE_TELEMETRY := 1
PIP := $(BIN)/python -m pip --disable-pip-version-check
# pip's lines, one package each, without its explanations; its exit code counts.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
SHOW := grep --line-buffered -E '^(Collecting|Installing|Successfully|ERROR|  ERROR)'

.PHONY: run test lint ui bench setup lock clean

setup: $(VENV)/.ready
test-setup: $(VENV)/.ready-dev

$(VENV)/bin/python:
	@echo "==> making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "==> installing the pinned, hash-checked packages (about a minute)"
	@$(PIP) install --progress-bar off --require-hashes -r requirements.lock | $(SHOW)
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "==> installing the pinned, hash-checked packages and test tools (about a minute)"
	@$(PIP) install --progress-bar off --require-hashes -r requirements-dev.lock | $(SHOW)
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.ready

run: setup
	@echo "==> building the sample world in $(DX_DATA_DIR)"
	@$(BIN)/dxp samples
	@echo "==> running the monthly and quarterly jobs on everything that arrived"
	@$(BIN)/dxp run

ui: setup
	@$(BIN)/dxp ui

test: test-setup
	@echo "==> checking the catalogue and the code location"
	@$(BIN)/dxp catalogue check
	@echo "==> running the tests with coverage (about half an hour)"
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered --cov-report=html
	@echo "==> all passed; coverage by line is in $(CURDIR)/htmlcov/index.html"

lint: test-setup
	@echo "==> ruff, mypy, import layers"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# In an environment of its own: what other tools need is nothing that the product or its tests should meet.
BENCH := build/bench
ROWS ?= 200000
RUNS ?= 5
ONLY ?=

$(BENCH)/.ready: requirements-bench.lock pyproject.toml
	@echo "==> making $(BENCH)/venv with the pinned, hash-checked packages (about a minute)"
	@$(PYTHON) -m venv $(BENCH)/venv
	@$(BENCH)/venv/bin/python -m pip --disable-pip-version-check install --progress-bar off --require-hashes -r requirements-bench.lock | $(SHOW)
	@$(BENCH)/venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@touch $@

bench: $(BENCH)/.ready
	@echo "==> measuring with $(ROWS) rows, $(RUNS) runs each; the results are in bench/RESULTS.md"
	@BENCH_ROWS=$(ROWS) BENCH_RUNS=$(RUNS) BENCH_FOLDER=$(CURDIR)/$(BENCH)/work $(BENCH)/venv/bin/python -m bench $(ONLY)

# Needs uv on the path. The locks hold versions and hashes, no addresses.
lock:
	echo 'setuptools>=77' | uv pip compile pyproject.toml - --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate --no-header -o requirements.lock
	echo 'setuptools>=77' | uv pip compile pyproject.toml - --extra dev --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate --no-header -o requirements-dev.lock
	echo 'setuptools>=77' | uv pip compile pyproject.toml - --extra bench --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate --no-header -o requirements-bench.lock

clean:
	rm -rf $(VENV) $(BENCH) .pytest_cache .hypothesis .ruff_cache .mypy_cache htmlcov .coverage
