# Every target sets up what it needs first; a second run finds everything in place and works offline.
.PHONY: help setup servers demo test contract record e2e e2e-big lint bench docs lock clean
BIN := .venv/bin
# Where it is set, each of hundreds of processes would translate the same sources again.
unexport PYTHONDONTWRITEBYTECODE
# Tests wait for browsers and servers more than they compute.
WORKERS := $(shell echo $$(( $$(nproc) * 3 / 2 )))

help:          ## what can be made
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

setup:         ## the virtual environment and a browser
	@bash .ci/setup

demo: setup    ## the main job, end to end, against the simulated portals
	@$(BIN)/fleet demo

servers:       ## PostgreSQL and Redis, for the tests
	@bash .ci/setup servers

test: servers  ## the whole test suite, on every core
	@$(BIN)/pytest -n $(WORKERS) $(ARGS)

contract: servers ## the whole test suite, every test of it on every portal (long)
	@THOROUGH=1 $(BIN)/pytest -n $(WORKERS) $(ARGS)

record: setup   ## what the simulated portals answer, recorded anew for tests/replay
	@PYTHONPATH=.:tests $(BIN)/python tests/replay/recorder.py $(ARGS)

E2E = $(if $(findstring tests/,$(ARGS)),,tests/e2e)
e2e: setup     ## every bad day, end to end on the whole stack (long)
	@$(BIN)/pytest $(E2E) $(ARGS)

# `ARGS="-m smoke"` is the part of both that .ci/run asks of each change, in a minute or two each.
e2e-big: servers ## the same, several machines: PostgreSQL, Redis, a bucket, three workers (long)
	@STAND=big $(BIN)/pytest $(E2E) $(ARGS)

lint: setup    ## formatter, linter, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup   ## the fleet against a hand-written script, in one run
	@$(BIN)/python -m benchmarks

docs: setup    ## the help texts in the README, as the commands print them
	@PYTHONPATH=. $(BIN)/python tests/house/help_blocks.py

lock: setup    ## pin every dependency again, after a change of pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra dev -o requirements.lock --upgrade --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

clean:         ## remove the virtual environment and the demo's folder
	@[ ! -x $(BIN)/fleet ] || $(BIN)/fleet down
	@rm -rf .venv .fleet
