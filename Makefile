# Everything one does with this project. `make` alone lists the verbs.
# Another interpreter: make sandbox PYTHON=python3.12

PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
PINS := pyproject.toml constraints.txt
NODE := tests/wire/node
PEERS := tests/tools/benchmarks/peers
# Python clients that want other packages than ours.
APART := $(patsubst tests/wire/%/requirements.txt,.venv/.%,$(wildcard tests/wire/*/requirements.txt))

# The verbs start hundreds of Python processes: one compiles what it imports, the others have it.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help sandbox reset setup test long test-postgres races lowest conformance report soak mutants check pages bench trace clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

sandbox: .venv/.runtime ## install what is needed and start the sandbox (options in ARGS="...")
	@$(BIN)/python -m compileall -q simulator
	@$(BIN)/simulator serve $(ARGS)

reset: .venv/.runtime ## put the sandbox back to its scenario (options in ARGS="...")
	@$(BIN)/simulator reset $(ARGS)

setup: .venv/.tools .venv/.browser .venv/.postgres .venv/.clients $(APART) ## install the test tools, the linters, a browser, PostgreSQL and the clients under test
	@:

test: setup ## run every test, the browser ones too (pytest options in ARGS="...")
	@# Three on two cores: much of the time they wait for a browser or another process. Each begins
	@# with a third, so that what a module's tests share is rarely made more than once.
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

long: setup ## run the tests that prove at length what quicker ones prove as well (pytest options in ARGS="...")
	@$(BIN)/python -m pytest -n 2 -m long $(ARGS)

test-postgres: setup ## run contract tests and scenarios on PostgreSQL, all of them (pytest options in ARGS="...")
	@$(BIN)/python -m pytest -n 2 --postgres tests/contract steps $(ARGS)

races: setup ## have eight do at once what can be had once, a hundred times on either database (pytest options in ARGS="...")
	@$(BIN)/python -m pytest tests/contract/test_races.py tests/contract/test_deletion_races.py tests/contract/test_refresh_races.py tests/contract/test_double_clicks.py tests/contract/test_one_refresh.py tests/contract/test_processes.py tests/contract/test_function_queue.py --race-rounds 100 --timeout 1800 $(ARGS)

lowest: .venv/.lowest ## run unit and contract tests with the lowest versions that are allowed (pytest options in ARGS="...")
	@.venv/lowest/bin/python -m pytest -n 2 tests/unit tests/contract $(ARGS)

conformance: .venv/.clients ## let the official MCP conformance suite judge (part of test, too)
	@$(BIN)/python -m pytest -m conformance $(ARGS)

report: setup ## run the features and write what they say, with pictures, to test-report/ (pytest options in ARGS="...")
	@$(BIN)/python -m pytest -n 2 steps --simulator-report test-report $(ARGS)

check: check-types check-rest ## lint, types, templates and layers

.PHONY: check-types check-rest
check-types: .venv/.tools
	$(BIN)/mypy

check-rest: .venv/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint simulator --lint --quiet
	$(BIN)/lint-imports

PAGES := schema_page requirements core_path clients catalogue control_page developer_api_page faults_page formulas_page reference_page recipes_page bounds_page
pages: .venv/.tools ## write the pages that are made from the code; tests tell when one is stale
	@for page in $(PAGES); do $(BIN)/python -m tests.tools.$$page || exit 1; done

bench: .venv/.bench .venv/.peers ## measure start, calls, consent, runs of pytest, and the same beside peers (options in ARGS="--compare --seconds 3")
	@$(BIN)/python -m compileall -q simulator tests/tools/benchmarks
	@$(BIN)/python -m tests.tools.benchmarks $(ARGS)

trace: .venv/.tools ## count what one tool call runs through: modules, statements, rows read twice (ARGS="--path" shows it)
	@$(BIN)/python -m tests.tools.benchmarks.call_trace $(ARGS)

soak: setup ## look for tests that disturb each other: 200, in three random orders (options in ARGS="--seeds 1 2 3 --tests 200")
	@$(BIN)/python -m tests.tools.soak $(ARGS)

mutants: setup ## plant bugs one at a time and see which test notices each (some names in ARGS="...")
	@$(BIN)/python -m tests.tools.mutants $(ARGS)

clean: ## remove the environment, caches and test results; the sandbox's data stays
	rm -rf .venv $(NODE)/node_modules build dist failures test-report test-results .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The files below say what is installed; they are redone when the pins change.

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make $(or $(MAKECMDGOALS),sandbox) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv > .venv.log 2>&1 && rm .venv.log \
		|| { rm -rf .venv .venv.log; echo "Python cannot make virtual environments here; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/.runtime: .venv/.python $(PINS)
	@echo "Installing the simulator into .venv ..."
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

# Dependency groups need a newer pip than Python 3.11 brings. Much of what is installed from here on
# is never imported: the rest is compiled when it is.
.venv/.tools: .venv/.runtime
	@echo "Installing test tools and linters ..."
	@$(PIP) install --constraint constraints.txt pip
	@$(PIP) install --no-compile --constraint constraints.txt --editable '.[all]' --group test --group lint
	@touch $@

# An environment beside, as nobody can have two versions in one.
.venv/.lowest: .venv/.tools tests/tools/lowest.py
	@echo "Installing the lowest versions that are allowed into .venv/lowest ..."
	@rm -rf .venv/lowest
	@$(BIN)/python -m tests.tools.lowest > .venv/lowest.txt
	@$(BIN)/python -m venv --without-pip .venv/lowest
	@$(PIP) --python .venv/lowest install --constraint .venv/lowest.txt --editable '.[all]' --group test
	@touch $@

.venv/.bench: .venv/.tools
	@$(PIP) install --constraint constraints.txt --group bench
	@touch $@

# They want other packages than we do, and scripts of theirs build nothing.
.venv/.peers: .venv/.tools $(wildcard $(PEERS)/package*.json $(PEERS)/requirements.txt)
	@echo "Installing the servers that the benchmarks compare with ..."
	@rm -rf .venv/peers
	@$(BIN)/python -m venv --without-pip .venv/peers
	@$(PIP) --python .venv/peers install --requirement $(PEERS)/requirements.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix $(PEERS) ci --prefer-offline --loglevel=error
	@touch $@

.venv/.browser: .venv/.tools
	@$(BIN)/python -m simulator.testing.browser --install
	@touch $@

# Without it the tests run on SQLite alone, and the last lines of the run say so. After the browser,
# also in `make -j`: either may ask Debian's package manager, which serves one at a time.
.venv/.postgres: .venv/.tools | .venv/.browser
	@$(BIN)/python -m tests.postgres --install && touch $@ || true

# Node comes from PyPI, so that none has to be installed by hand.
.venv/.clients: .venv/.tools $(NODE)/package.json $(NODE)/package-lock.json
	@echo "Installing the JavaScript clients that the tests use ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm --prefix $(NODE) ci --prefer-offline --loglevel=error
	@touch $@

# Only their own pins count; ours may change without them.
$(APART): .venv/.%: tests/wire/%/requirements.txt | .venv/.tools
	@echo "Installing the client $* that the tests use ..."
	@rm -rf .venv/$*
	@$(BIN)/python -m venv --without-pip .venv/$*
	@$(PIP) --python .venv/$* install --no-compile --requirement $<
	@touch $@
