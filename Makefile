# make demo, make test, make bench: each does its own set-up.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test bench lint setup clean

setup: .venv/.ready

.venv/.ready: pyproject.toml tools/lumbus/fetch.py
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	$(BIN)/python -m lumbus.fetch
	touch $@

demo: .venv/.ready
	@$(BIN)/lumbus demo $(ARGS)

bench: .venv/.ready
	@$(BIN)/lumbus bench $(ARGS)

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright -p tools/pyright/board.json
	$(BIN)/pyright -p tools/pyright/host.json

test: lint
	$(BIN)/python -m pytest $(ARGS)

clean:
	rm -rf .venv
