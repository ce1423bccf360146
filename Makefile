# Two commands: `make book` and `make test`. `make` alone says what else there is.
# It needs Python 3.11, 3.12 or 3.13 and nothing more; PY names another one than python3.
# Written for GNU make 3.81, which macOS has.

PY         ?= python3
NB         ?=
REPOSITORY ?= $(BOOK_REPOSITORY)

VENV   := .venv
LOCKED := parts notebooks book lab test
PYTHON := $(VENV)/bin/python
READY  := $(VENV)/ready
BUILT  := _build/built
PYTEST := $(PYTHON) -m pytest

# What the pages are made of; a change in the last ones can change every page.
FIND    := find book notebooks casestudies lib/scalelab lib/scalelab_book
WHOLE   := _config.yml _toc.yml $(READY) _build/repository \
           $(shell find lib/scalelab_book -type f -not -name '*.pyc' 2>/dev/null)
SOURCES := $(shell $(FIND) -type f -not -path '*/.*' -not -name '*.pyc' 2>/dev/null)

.PHONY: help book test lab run grade bench mutate lock clean FORCE
.DELETE_ON_ERROR:

help:   ## Say what make can do
	@awk -F ' *## ' '/^[a-z]+:.*## / {split($$1, t, ":"); printf "  make %-6s %s\n", t[1], $$2}' Makefile

book:   $(BUILT) ## Build the book and say where it is (REPOSITORY=address adds its buttons)
	@echo "The book is at file://$(CURDIR)/_build/html/index.html"

test:   $(READY) ## Prove everything: style, the lab, the notebooks, the build, the pages
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m codespell_lib
	$(PYTEST) -n 2 --dist loadfile tests/repository tests/lab lib/scalelab
	$(PYTEST) -n 2 --dist worksteal tests/notebooks
	$(MAKE) book
	$(PYTEST) -n 2 --dist loadfile tests/site

lab:    $(READY) ## Open JupyterLab at the table of contents
	$(PYTHON) -m jupyter lab --LabApp.default_url=/lab/tree/README.md

run:    $(READY) ## Run every notebook and store its outputs (NB=notebooks/02-3-* for some)
	$(PYTHON) -m scalelab_book.execute $(NB)

grade:  $(READY) ## Judge the exercises that students handed in (DIR=submissions)
	@$(PYTHON) -m scalelab_book.grading $(DIR)

bench:  $(READY) ## Hold the lab against its peers and the machine's limit (QUICK=1: a tenth of it)
	$(PYTHON) -m bench $(if $(QUICK),--quick)

mutate: $(READY) ## Plant faults in model/ and algorithms/ and count those that the tests find
	$(PYTHON) -P bench/mutation.py $(if $(SAMPLE),--sample $(SAMPLE))

lock:   $(READY) ## Renew requirements.txt from pyproject.toml (UPGRADE=1: to the newest versions)
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 $(LOCKED:%=--extra %) --generate-hashes \
	  --no-header --quiet $(if $(UPGRADE),--upgrade) --output-file requirements.txt pyproject.toml
	@{ echo '# The whole environment with hashes, for Linux and macOS and Python 3.11 to 3.13.'; \
	   echo '# Made by `make lock` from the ranges in pyproject.toml: change those, not this.'; \
	   cat requirements.txt; } > requirements.txt.new && mv requirements.txt.new requirements.txt

clean:  ## Remove everything that make has made
	rm -rf $(VENV) _build .ruff_cache .hypothesis
	find lib tests bench notebooks casestudies \( -name __pycache__ -o -name .ipynb_checkpoints \) \
	  -prune -exec rm -rf {} + 2>/dev/null || true

# Warnings are errors. Sphinx gives each only once, so a build that failed starts afresh.
$(BUILT): $(READY) _build/repository _config.yml _toc.yml $(SOURCES)
	BOOK_REPOSITORY='$(REPOSITORY)' $(VENV)/bin/jupyter-book build . -W --keep-going -n \
	  $(if $(filter $(WHOLE),$?),--all) || { rm -rf _build/.doctrees; exit 1; }
	@touch $@

# The address that the pages were built with: another one rebuilds them.
_build/repository: FORCE
	@mkdir -p _build; echo '$(REPOSITORY)' | cmp -s - $@ || echo '$(REPOSITORY)' > $@

# The stamp is written last: an interrupted set-up is taken up again.
$(READY): requirements.txt pyproject.toml .ci/setup
	@sh .ci/setup '$(PY)' $(VENV)
	@touch $@
