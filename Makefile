# Every target makes .venv by itself when it is missing, half-made, moved or older than what it is made from.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/made-for
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input

.PHONY: demo run test check bench torture lock

demo: $(STAMP)  ## the whole main job on sample input: no accounts, no network
	$(BIN)/employee demo

run: $(STAMP)  ## the daemon
	$(BIN)/employee run

test: $(STAMP)  ## every test that needs no service; ARGS="-k inbox" picks some
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(STAMP)  ## lint, format, types and layers: all clean or not at all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

bench: $(STAMP)  ## how fast it is here
	$(BIN)/python -m tests.bench $(ARGS)

torture: $(STAMP)  ## what must never happen, tried by chance: SECONDS=1200 SEED=7 ONLY=kills,points ROUNDS=1 MODELS=1
	$(BIN)/python -m tests.torture $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(MODELS),--models)

# LOCK_FLAGS=--upgrade takes newer versions too.
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --no-config --system-certs --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' $(LOCK_FLAGS)

lock: $(STAMP)  ## exact versions with hashes, for every platform at once
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock

# The stamp is written last and holds the folder: a venv that was interrupted, or moved with its folder, starts over.
ifneq ($(shell test -x $(BIN)/python && cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

.venv: $(STAMP)

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'AI Employee needs Python 3.11 or newer. Name one: make $(or $(MAKECMDGOALS),test) PYTHON=python3.13' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo 'This Python has no venv module. On Debian and Ubuntu: sudo apt install python3-venv' >&2; exit 1; }
	@echo 'Making $(VENV)' >&2
	@test "$$(cat $@ 2>/dev/null)" = '$(CURDIR)' || $(PYTHON) -m venv --clear $(VENV)
	@rm -f $@
	@$(PIP) install --no-compile --require-hashes --requirement requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@echo '$(CURDIR)' > $@
