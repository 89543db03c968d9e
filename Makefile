# make run   sets everything up and plans next week for the sample team
# make test  sets everything up and runs the whole gate
.DELETE_ON_ERROR:
.PHONY: run test lint bench ui lock mutants clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "Python 3.11 to 3.13 is needed: make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $(READY)

run: $(READY)
	$(BIN)/staffcast demo demo
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/staffcast ui demo; \
	else echo "To open the app: make ui"; fi

ui: $(READY)
	@test -f demo/staffcast.toml || $(BIN)/staffcast demo demo
	$(BIN)/staffcast ui demo

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python tests/browser_setup.py
	$(BIN)/pytest
	$(BIN)/python tests/smoke_wheel.py

bench: $(READY)
	$(BIN)/pytest -m benchmark -rs tests/benchmarks $(if $(DATA),--data $(DATA))

mutants: $(READY)
	$(BIN)/python tests/mutants.py

lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) demo dist .mypy_cache .ruff_cache .hypothesis
