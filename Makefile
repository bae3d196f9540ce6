# Every chore is one command. `make run` and `make test` do all the set-up they need themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup run demo test lint format bench accuracy promises screenshots fuzz clean
help:
	@echo "make run    the service, on the embedded database (http://127.0.0.1:8642 when the page is on)"
	@echo "make demo   the whole system against a newsroom on this machine, no accounts, no internet"
	@echo "make test   every test"
	@echo "make lint   ruff and mypy      make bench   the benchmarks      make accuracy   docs/accuracy.md, measured"
	@echo "make screenshots   docs/img, in a real Chromium      make clean   removes the environment"
	@echo "make promises   tries to break each promise of docs/promises.md (or one: make promise-G2); LONG=1 tries more"
	@echo "make fuzz   the readers under coverage-led inputs, a minute each"

setup: $(READY)

# uv where it is found, else venv and pip; the pins are in constraints.txt.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("PactWatch needs Python 3.11 or newer; this is %d.%d (set PYTHON=...)" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) (once; about a minute) ..."
	@if command -v uv >/dev/null 2>&1; then \
		uv venv -q --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install -q --python $(BIN)/python -c constraints.txt -e '.[dev]'; \
	else \
		{ test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "On Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }; } && \
		$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'; \
	fi
	@touch $(READY)

run: setup
	@$(BIN)/pactwatch run

demo: setup
	@$(BIN)/pactwatch demo

test: setup
	@$(BIN)/python -m pytest -n 2

lint: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: setup
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: setup
	@$(BIN)/python -m bench

# Needs a Chromium (apt-get install chromium); the extra `browser` brings what drives it.
screenshots: setup
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -c constraints.txt -e '.[browser]'; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[browser]'; fi
	@$(BIN)/python -m tests.monitor.web.browsing.screenshots

# Each promise with the experiment that tries to break it: the quick form, or with LONG=1 the long one.
# docs/promises.md has the figures; `make promises`, and WRITE=1 for a single one, bring it up to date.
PROMISE := $(BIN)/python -m tests.promises $(if $(LONG),--long) $(if $(SEED),--seed $(SEED))
promises: setup
	@$(PROMISE) --write

promise-%: setup
	@$(PROMISE) $(if $(WRITE),--write) $*

# Each reader under coverage-led inputs, SECONDS each; what breaks one is kept in tests/data/fuzz and is a test.
SECONDS ?= 60
FUZZED ?= feed page address date
fuzz: setup
	@if command -v uv >/dev/null 2>&1; then uv pip install -q --python $(BIN)/python -c constraints.txt -e '.[fuzz]'; \
	else $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[fuzz]'; fi
	@for target in $(FUZZED); do echo "$$target ..."; $(BIN)/python -m tests.fuzzing $$target $(SECONDS) || exit 1; done

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache

accuracy: setup
	@$(BIN)/python -m monitor.accuracy > docs/accuracy.md.new && mv docs/accuracy.md.new docs/accuracy.md
