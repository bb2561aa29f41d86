# make demo, make test, make bench: each does its own set-up.
PYTHON ?= python3
BIN := .venv/bin
# Test files run side by side, so many at a time, in the order of host_tests/conftest.py: one more than there are
# cores, since half of the time they wait.
JOBS ?= $(shell expr $$(nproc 2>/dev/null || echo 1) + 1)

.PHONY: demo test bench lint setup clean

setup: .venv/.ready

# All of it goes to standard error: the standard output of `make demo ARGS=--json` is the JSON object's.
.venv/.ready: pyproject.toml tools/lumbus/fetch.py
	@echo "setting up .venv, once; this takes a minute" >&2
	@$(PYTHON) -m venv .venv >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]' >&2
	@$(BIN)/python -m lumbus.fetch >&2
	@touch $@

demo: .venv/.ready
	@$(BIN)/lumbus demo $(ARGS)

# What the bench compares with is installed for it alone.
.venv/.bench: .venv/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]' >&2
	@touch $@

bench: .venv/.bench
	@$(BIN)/lumbus bench $(ARGS)

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(MAKE) --no-print-directory -j 2 host.types board.types circuitpython.types

%.types: .venv/.ready
	$(BIN)/pyright -p tools/pyright/$*.json

test: lint
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

clean:
	rm -rf .venv
