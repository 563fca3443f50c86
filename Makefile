# make report   the CRS report, from the workbook
# make test     every test
# make bench    speed against other packages (not part of the tests)

PYTHON ?= python3
VENV   := .venv
PIP    := $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes

.PHONY: report test lint bench lock clean

report: $(VENV)/installed
	@$(VENV)/bin/python analyses/crs_response_by_intervention.py

test: $(VENV)/installed-for-tests
	@.ci/system-packages
	$(VENV)/bin/python -m pytest -n auto --dist loadfile

lint: $(VENV)/installed-for-tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/installed-for-tests
	$(PIP) --requirement requirements-bench.lock
	$(VENV)/bin/python -m pytest tests/benchmarks/bench_*.py -c /dev/null --rootdir . \
	  --import-mode=importlib --benchmark-columns=min,median,rounds --quiet --capture=no

$(VENV)/installed: requirements.lock pyproject.toml
	@echo "Installing what metasyn needs (once, a minute or two) ..."
	@$(PYTHON) -c 'import sys; sys.exit("metasyn needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 report") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null && $(PYTHON) -m venv $(VENV) || \
	  ($(PYTHON) -m venv --without-pip $(VENV) && $(VENV)/bin/python .ci/bootstrap_pip.py)
	@$(PIP) --requirement requirements.lock
	@$(VENV)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-for-tests: $(VENV)/installed requirements-test.lock
	@echo "Installing what the tests need ..."
	@$(PIP) --requirement requirements-test.lock
	@touch $@

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group build pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --constraint requirements.lock --extra batch --extra documents --group build --group test --group lint pyproject.toml --output-file requirements-test.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --constraint requirements-test.lock --group bench --output-file requirements-bench.lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
