# `make help` lists the targets; a text behind ## is what it prints.

# Node 24, TypeScript, vitest and the linter come from npm; any Node from 20 on can install them.
HOST_PATH := $(PATH)
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

CLI := node generator/cli.js
# Folders count too, so that a deleted file is noticed.
SOURCES = charts $(shell find generator schemas values charts package.json 2>/dev/null)
# More arguments for vitest, e.g. `make test VITEST_FLAGS=test/pack.test.ts`.
VITEST_FLAGS ?=

.PHONY: all install build check package render test lint typecheck bench test-programs test-apps test-cluster test-nodes apps try connectivity clean help

all: install dist/repository/index.yaml dist/production.yaml ## Install, build, check, package and render production (the default)
	@echo "dist/repository (chart repository) and dist/production.yaml are up to date"

install: node_modules/.package-lock.json ## Install the pinned npm packages, if they changed
	@node -e 'process.exit(process.versions.node.split(".")[0] < 24 ? 1 : 0)' || { \
		echo "Node $$(node --version) cannot run the generator, and npm has no Node 24 for this system: install Node 24 (https://nodejs.org)" >&2; exit 1; }

build: install ## Generate charts/ from generator/ and schemas/
	@$(CLI) build

check: install typecheck ## Check types, the files of values/ and what every environment renders
	@$(CLI) check

package: install ## Pack the charts into a fresh chart repository, dist/repository
	@rm -rf dist/repository
	@$(CLI) package --out dist/repository

render: install ## Render production into dist/production.yaml
	@$(CLI) render values/production.yaml --out dist/production.yaml

test: lint typecheck ## Lint, check types and run every test that needs only npm
	@npm test --silent -- $(VITEST_FLAGS)

lint: install ## Lint, and check the formatting (`npm run format` mends it)
	@npm run --silent lint

typecheck: install ## Check types, and that what must not compile does not
	@npm run --silent typecheck

bench: install ## Measure the budgets: build, check, evaluate, render, release size
	@node test/bench.ts

test-programs: install ## Test with the programs that read what the charts render, and with the linters (needs Go)
	@npm run --silent test:programs -- $(VITEST_FLAGS)

test-apps: install ## Test the applications of test/apps as the charts run them (needs Go, Redis and PostgreSQL 15)
	@npm run --silent test:apps -- $(VITEST_FLAGS)

apps: install ## Build the applications of test/apps into test/apps/*/dist-image
	@node test/apps/build.ts

test-cluster: install ## Test on a real Kubernetes API (needs Go)
	@npm run --silent test:cluster -- $(VITEST_FLAGS)

test-nodes: install ## Test with real containers on real nodes (needs Go, Linux, root and apt)
	@npm run --silent test:nodes -- $(VITEST_FLAGS)

# Nodes of `make try`: `fake` ones, on which nothing is executed, or `real` ones.
NODES ?= fake

try: install ## Start a cluster with the chart installed, until Ctrl-C (needs Go; NODES=real: what test-nodes needs)
	@node test/$(if $(filter real,$(NODES)),nodes,cluster)/try.ts

# Of the cluster of KUBECONFIG: `make connectivity NAMESPACE=xpeditis-prod`; more in docs/network-flows.md.
NAMESPACE ?= xpeditis-prod
RELEASE ?= xpeditis
# E.g. --context, --image, --internet.
CONNECTIVITY_FLAGS ?=

connectivity: install ## Try every connection that network policies decide, on a cluster of yours (NAMESPACE, RELEASE)
	@node test/connectivity/cli.ts --namespace $(NAMESPACE) --release $(RELEASE) $(CONNECTIVITY_FLAGS)

clean: ## Remove dist/; node_modules/ and the unpacked tools in .cache/ stay
	@rm -rf dist

help: ## List the targets
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

# The repository is made anew: while a chart is being worked on, its version may still change content.
dist/repository/index.yaml: node_modules/.package-lock.json $(SOURCES)
	@$(MAKE) --no-print-directory build check package
	@touch $@

# Missing, it counts as newer than everything.
charts: ;

dist/production.yaml: dist/repository/index.yaml
	@$(MAKE) --no-print-directory render
	@touch $@

# With the host's own Node, because npm replaces the one in node_modules.
node_modules/.package-lock.json: export PATH := $(HOST_PATH)
node_modules/.package-lock.json: package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' && npm --version > /dev/null || { \
		echo "Node.js 20 or later with npm is needed (https://nodejs.org); found: $$(node --version 2>&1)" >&2; exit 1; }
	npm ci --prefer-offline --loglevel=error
	@touch $@
