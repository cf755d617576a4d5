# `make` tells what there is. Nothing has to be installed first but Python 3.11 or newer and make.

PYTHON ?= python3
BIN := .venv/bin
DOCS_BIN := .venv-docs/bin

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test quick clouds check coverage mutants bench docs api man pythons sbom lock clean

help: ## Tell what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-8s %s\n", $$1, $$2 }'

demo: .venv/stamp ## Import a real archive; write it as EPUB, JSON and plain text
	$(BIN)/python examples/demo.py

# Three processes on two cores: many tests wait for others.
test: .venv/stamp .venv-docs/stamp .venv-readers/stamp ## Run every test
	$(BIN)/pytest -n 3 --dist=worksteal

quick: .venv/stamp ## Run the fast tests, up to the first failure
	$(BIN)/pytest -x -q -n 2 -m "not slow" --hypothesis-profile=quick tests

clouds: .venv/stamp .venv-clouds/stamp ## Run the tests on a server of Azure's protocol, which is 230 MB
	$(BIN)/pytest -n 2 --dist=worksteal -k "azure or azurite" tests/storage tests/objects

check: .venv/stamp ## Format, lint, types, and who imports whom
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --strict src
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo

coverage: .venv/stamp .venv-readers/stamp ## Say how much of each room the tests run, branches too
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 3 --dist=worksteal -m "not unmeasured"
	$(BIN)/python tools/coverage_of_rooms.py

mutants: .venv/stamp ## Change signs where one matters most, and name the changes that no test sees
	$(BIN)/mutmut run --max-children 2
	$(BIN)/mutmut results

bench: .venv/stamp .venv-bench/stamp .venv-readers/stamp ## Measure, and write docs/benchmarks.md
	@$(BIN)/python benchmarks/programs.py
	$(BIN)/python -m benchmarks

docs: .venv-docs/stamp ## Build the documentation into build/site
	NO_MKDOCS_2_WARNING=1 $(DOCS_BIN)/mkdocs build --quiet --strict

api: .venv/stamp ## Write the list of the public names anew, after a change of one
	$(BIN)/python tools/public_api.py

man: .venv/stamp ## Write the page of the manual anew, after a change of a command
	$(BIN)/python tools/manual.py

pythons: .venv-uv/stamp ## Run the fast tests on each Python that can be had, 3.11 to the newest
	$(PYTHON) tools/pythons.py

sbom: .venv/stamp ## Write the bill of materials of a release into build/
	$(BIN)/python tools/sbom.py

# The locks ----------------------------------------------------------------------------------
# `make lock` keeps the pins that still fit; `make lock UPGRADE=--upgrade` takes the newest of all.

UPGRADE ?=
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --no-config \
	--universal --python-version 3.11 --generate-hashes $(UPGRADE)

lock: .venv-uv/stamp ## Write requirements/*.lock anew, from pyproject.toml
	$(COMPILE) pyproject.toml --group dev --output-file requirements/dev.lock
	$(COMPILE) pyproject.toml --group docs --constraints requirements/dev.lock --output-file requirements/docs.lock
	$(COMPILE) --group bench --output-file requirements/bench.lock
	$(COMPILE) --group lock --output-file requirements/uv.lock
	$(COMPILE) pyproject.toml --resolution lowest-direct --output-file requirements/lowest.lock

# The environments ---------------------------------------------------------------------------
# Each is brought in line with its lock when that or pyproject.toml has changed.
# uv does it in a quarter of pip's time; where it cannot reach what pip is set up to reach, pip does it.

UV := .venv-uv/bin/uv
PIP_INSTALL = $(@D)/bin/pip install -qq --disable-pip-version-check

define environment
	@echo "Setting up $(@D) from $< (once, less than a minute)"
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@$(UV) pip sync --quiet --python $(@D)/bin/python --require-hashes $< || $(PIP_INSTALL) --require-hashes -r $<
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@
endef

.venv/stamp: requirements/dev.lock pyproject.toml .venv-uv/stamp
	$(environment)

.venv-docs/stamp: requirements/docs.lock pyproject.toml .venv-uv/stamp
	$(environment)

# Other programs, which are measured beside ours. Some come as sources, and are built.
.venv-bench/stamp: requirements/bench.lock .venv-uv/stamp
	@echo "Setting up $(@D) from $< (once, about a minute)"
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@$(UV) pip sync --quiet --python $(@D)/bin/python --require-hashes $<
	@touch $@

# Readers of books, and programs of the system. Without one its tests are skipped: this says why, and goes on.
.venv-readers/stamp: tests/set_up.py tests/publishing/readers/package-lock.json .venv/stamp
	@echo "Setting up $(@D), and programs that tests use (once, less than a minute)"
	@$(BIN)/python $< $(@D)

# An object store of Azure's protocol. Without it its tests are skipped.
.venv-clouds/stamp: tests/set_up.py tests/servers/azurite/package-lock.json .venv/stamp
	@echo "Setting up $(@D) (once, less than a minute)"
	@$(BIN)/python $< $(@D)

.venv-uv/stamp: requirements/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/it")'
	@$(PYTHON) -m venv $(@D)
	@$(PIP_INSTALL) --require-hashes -r $<
	@touch $@

clean: ## Remove what the other targets made
	rm -rf .venv .venv-bench .venv-clouds .venv-docs .venv-readers .venv-uv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* mutants
	find src tests examples benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
