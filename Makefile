# make run    serve at http://127.0.0.1:5000        make test    run all tests
# make bench  measure, against baselines            make soak    minutes of load, then a million histories of trouble
# make clean  remove what these made (never your data)
.PHONY: run test bench soak clean
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)

run: $(VENV)/run.stamp
	@$(PY) app.py

test: $(VENV)/dev.stamp
	@$(PY) -m pytest

bench: $(VENV)/dev.stamp
	@$(PY) -m bench

# Zero leaves one of the two out. The load takes so many minutes on each of the two databases.
SOAK_MINUTES ?= 10
SOAK_HISTORIES ?= 1000000

soak: $(VENV)/dev.stamp
	@$(PY) -m bench.soak --minutes $(SOAK_MINUTES)
	@$(PY) -m tests.simulation --histories $(SOAK_HISTORIES)

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Install it, or say: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Setting up with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python could not make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/run.stamp: requirements.txt | $(PY)
	@echo "Installing what the program runs on ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt | $(PY)
	@echo "Installing what the program and its tests run on ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

clean:
	rm -rf $(VENV) .pytest_cache .hypothesis .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
