# Tasks of this project. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test check format train-default bench fuzz notebook wheel clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
OUT := out
# Where a training keeps what it has done: a broken-off one goes on from there.
WORK := $(OUT)/train-default
EXECUTIONS := 100000
# Of pip's many lines, the names of the packages as they come.
NAMES := awk '/^Collecting /{sub(/[^A-Za-z0-9._-].*/, "", $$2); printf " %s", $$2; fflush()} END{print ""}'

help: ## List the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

$(BIN)/python:
	@python=""; for candidate in python3 python3.13 python3.12 python3.11; do \
	  if command -v $$candidate >/dev/null && $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then echo "Python 3.11, 3.12 or 3.13 is needed, and none was found. Install one, then run make again." >&2; exit 1; fi; \
	echo "Making $(VENV) with $$($$python --version)" >&2; \
	$$python -m venv $(VENV) || { rm -rf $(VENV); echo "$$python cannot make an environment. On Debian and Ubuntu, install python3-venv, then run make again." >&2; exit 1; }

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing opinion_nlp (a minute or two)" >&2
	@$(PIP) install --editable . | $(NAMES) >&2
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing opinion_nlp and its test tools (a few minutes)" >&2
	@$(PIP) install --editable '.[dev]' | $(NAMES) >&2
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-train: pyproject.toml | $(BIN)/python
	@echo "Installing opinion_nlp and torch, which trains the encoder (some minutes)" >&2
	@$(PIP) install --editable '.[train]' | $(NAMES) >&2
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed ## Install, tag the sample archive with the bundled model, show some of its rows, write its report
	@mkdir -p $(OUT)
	@$(BIN)/opinion-nlp score data/samples/statements.csv --output $(OUT)/samples.csv --overwrite
	@$(BIN)/opinion-nlp explain "Nghe nói mai cả xã cắt nước ba ngày, bà con chia sẻ gấp nhé!"
	@echo; echo "The tagged archive is in $(OUT)/samples.csv. Ten of its rows:"; echo
	@$(BIN)/python data/samples/show.py $(OUT)/samples.csv
	@echo; $(BIN)/opinion-nlp report $(OUT)/samples.csv --output $(OUT)/report.html --period month --overwrite
	@echo "Its monthly report is in $(OUT)/report.html: open it in a browser."

test: $(VENV)/.installed-dev ## Install, then run all tests
	@$(BIN)/python -m pytest

check: $(VENV)/.installed-dev ## Format, lint, types and tests, as CI runs them
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest

format: $(VENV)/.installed-dev ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix . || true
	@$(BIN)/ruff format .

train-default: $(VENV)/.installed-train ## Train the bundled model again (hours; installs torch; needs the public corpora, see data/README.md)
	@mkdir -p $(WORK)
	@$(BIN)/python -m opinion_nlp.training.default -o models/default --work $(WORK)

bench: $(VENV)/.installed ## Measure quality and speed into docs/BENCHMARKS.md (quality needs the corpora)
	@$(BIN)/python benchmarks/quality.py
	@$(BIN)/python benchmarks/speed.py

fuzz: $(VENV)/.installed-dev ## Fuzz text functions and readers (Linux; installs atheris); EXECUTIONS=100000 for each of them
	@$(PIP) install --quiet --editable '.[fuzz]'
	@$(BIN)/python tests/fuzz/run.py --executions $(EXECUTIONS)

notebook: $(VENV)/.installed-dev ## Run the notebooks from top to bottom
	@$(BIN)/python .ci/run_notebooks.py

wheel: $(VENV)/.installed-dev ## Build the wheel, with the bundled model inside
	@$(BIN)/python -m build --wheel --outdir dist .

clean: ## Remove what was made here: environment, results, caches
	@rm -rf $(VENV) $(OUT) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
