# Everything runs in .venv, which the first target that needs it makes: python3 (3.11 or newer), pip and make suffice.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEMO   := $(VENV)/.demo
MODELS := $(VENV)/.demo-models

.DEFAULT_GOAL := help
.PHONY: help venv demo demo-models up quick test lint types format artifacts wheel clean

help:            ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

venv: $(READY)   ## make .venv, as every target does that needs it

demo: $(DEMO)    ## run a whole contest on the embedded chain, store and sample
	$(BIN)/python SetUp.py

demo-models: $(MODELS) ## a model of mails that strangers train with stakes, on the embedded chain
	$(BIN)/python -m showcase.models

up: $(DEMO)      ## a whole site on this machine, with a contest that is played on it
	$(BIN)/hyperbounty up

quick: $(READY)  ## what to run after each edit: the fast tests, types, style and floors, in a minute
	$(BIN)/python .ci/quick.py

test: $(READY)   ## run the tests; what needs a node, real data or a browser skips with its reason
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

lint: $(READY)   ## ruff, and import-linter for the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

types: $(READY)  ## mypy --strict
	$(BIN)/mypy

format: $(READY) ## let ruff format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

artifacts: $(READY) ## compile the contracts (needs Node, or a reachable solc download)
	$(BIN)/python contracts/build.py

wheel: $(READY)  ## build the wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .

clean:           ## remove what the targets made
	rm -rf $(VENV) build dist hyperbounty-run hyperbounty-run-models contracts/node_modules contracts/out contracts/cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# A Debian python3 can come without ensurepip; virtualenv from pip then makes the same environment.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hyperbounty needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || \
	  { rm -rf $(VENV); $(PYTHON) -m pip install --quiet --target build/virtualenv virtualenv && \
	    PYTHONPATH=build/virtualenv $(PYTHON) -m virtualenv --quiet $(VENV); }

# Who only plays the demo installs neither test nor lint tools; who has those has all that the demo needs.
$(DEMO): pyproject.toml constraints.txt | $(BIN)/python
	@test $(READY) -nt pyproject.toml -a $(READY) -nt constraints.txt || $(BIN)/python .ci/install_python.py demo
	@touch $@

# Models need no training library; who has installed the demo or the tests has all of it.
$(MODELS): pyproject.toml constraints.txt | $(BIN)/python
	@test $(READY) -nt pyproject.toml -a $(READY) -nt constraints.txt || \
	  test $(DEMO) -nt pyproject.toml -a $(DEMO) -nt constraints.txt || $(BIN)/python .ci/install_python.py devnet
	@touch $@

$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@$(BIN)/python .ci/install_python.py test,lint
	@touch $@
