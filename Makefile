# Everything that is done with pgsyncd from its source. `make` alone says what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
RELEASE := .build/release
# Programs that only the tests run.
TOOLS := .build/tools
SEEDS ?= 300

# The compiler's progress on a terminal; elsewhere (logs, CI) only what it has to complain about.
BUILD = $(SWIFT) build $$(test -t 1 || echo --quiet)

.PHONY: help deps tools build test walk demo bench fmt lint clean install

help: ## Show this list
	awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	echo
	echo "  install goes to PREFIX ($(PREFIX)), below DESTDIR if that is set."

# Each line: the Debian package, and how to see that what it brings is already there, however it came.
define REQUIREMENTS
git         command -v git
pkg-config  command -v pkg-config
libpq-dev   pkg-config --exists libpq
libssl-dev  pkg-config --exists libcrypto
postgresql  compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb
postgresql-contrib  compgen -G '/usr/share/postgresql/*/extension/hstore.control' || test -e "$$(pg_config --sharedir)/extension/hstore.control"
endef
export REQUIREMENTS

deps: ## Install the Debian packages that are missing (needs root or sudo only then)
	if ! command -v $(SWIFT) >/dev/null; then
	  echo "Swift 6.3 is needed and \`$(SWIFT)\` is not in the PATH: see https://www.swift.org/install/linux/" >&2
	  exit 1
	fi
	missing=()
	while read -r package check; do
	  eval "$$check" &>/dev/null || missing+=("$$package")
	done <<<"$$REQUIREMENTS"
	if (($${#missing[@]} == 0)); then
	  [[ "$(MAKECMDGOALS)" != deps ]] || echo "Everything that is needed is installed."
	  exit 0
	fi
	echo "Missing: $${missing[*]}"
	if ! command -v apt-get >/dev/null; then
	  echo "There is no apt-get here. Install what these Debian packages bring, then run make again: $${missing[*]}" >&2
	  exit 1
	fi
	root=()
	if ((EUID != 0)); then
	  if ! command -v sudo >/dev/null; then
	    echo "Only root can install packages, and there is no sudo here. Run as root, then run make again:" >&2
	    echo "  apt-get update && apt-get install -y --no-install-recommends $${missing[*]}" >&2
	    exit 1
	  fi
	  root=(sudo)
	fi
	log=$$(mktemp)
	trap 'rm -f "$$log"' EXIT
	if ! { "$${root[@]}" apt-get update -q &&
	  "$${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$${missing[@]}"; } &>"$$log"; then
	  cat "$$log" >&2
	  echo "The packages could not be installed; what apt-get said is above." >&2
	  exit 1
	fi
	echo "Installed: $${missing[*]}"

# Installed as a package, Prometheus would start a server of its own at once; the tests only need its two programs.
tools: ## Fetch Debian's Prometheus for the tests, unpacked into .build/tools and not installed, if there is none
	if command -v prometheus >/dev/null && command -v promtool >/dev/null; then exit 0; fi
	if [[ -x $(TOOLS)/usr/bin/prometheus && -x $(TOOLS)/usr/bin/promtool ]]; then exit 0; fi
	if ! command -v apt-get >/dev/null; then
	  echo "There is no apt-get here, and the tests need prometheus and promtool in the PATH." >&2
	  exit 1
	fi
	mkdir -p $(TOOLS)
	cd $(TOOLS)
	log=$$(mktemp)
	trap 'rm -f "$$log"' EXIT
	if ! apt-get download -q prometheus &>"$$log"; then
	  # The lists of packages may be missing or old.
	  root=$$( ((EUID == 0)) || echo sudo)
	  if ! { $$root apt-get update -q && apt-get download -q prometheus; } &>>"$$log"; then
	    cat "$$log" >&2
	    echo "Debian's package prometheus, which the tests need, could not be fetched; what apt-get said is above." >&2
	    exit 1
	  fi
	fi
	dpkg-deb --extract prometheus_*.deb .
	rm prometheus_*.deb
	echo "Fetched: prometheus (into $(TOOLS))"

build: deps ## Build pgsyncd, optimised, as .build/release/pgsyncd
	$(BUILD) -c release --product pgsyncd

test: deps tools ## Run all tests: unit, property and integration, on clusters that they start themselves
	report=.build/test-report.xml
	rm -f .build/test-report*.xml
	$(BUILD) --build-tests
	$(SWIFT) test --skip-build --disable-xctest --xunit-output "$$report"
	if ! grep -qs '<testcase' .build/test-report*.xml; then
	  echo "No test was run: that is a failure." >&2
	  exit 1
	fi

walk: deps ## Take SEEDS random walks (default 300): drift, changes, kills, what operators do; then compare
	$(BUILD) --build-tests
	PGSYNCD_WALK_SEEDS="$${PGSYNCD_WALK_SEEDS:-1..$(SEEDS)}" $(SWIFT) test --skip-build --disable-xctest --filter RandomWalk

demo: build ## Copy, stream, drift, one table stops, fix, resume, compare: on two throw-away clusters
	$(BUILD) -c release --product pgsyncd-demo
	exec $(RELEASE)/pgsyncd-demo

bench: ## Measure pgsyncd
	if [[ ! -d Sources/pgsyncd-bench ]]; then
	  echo "There is nothing to measure with yet: pgsyncd-bench comes with a later version." >&2
	  exit 1
	fi
	$(MAKE) deps
	$(BUILD) -c release --product pgsyncd
	$(BUILD) -c release --product pgsyncd-bench
	exec $(RELEASE)/pgsyncd-bench

fmt: ## Format all Swift sources in place
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

lint: deps ## Check the format, and that everything builds without a warning
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests
	$(BUILD) --scratch-path .build/lint --build-tests -Xswiftc -warnings-as-errors

install: build ## Install the program into PREFIX/bin (it uses the libraries of this Swift toolchain)
	install -D -m 755 $(RELEASE)/pgsyncd "$(DESTDIR)$(PREFIX)/bin/pgsyncd"
	echo "$(DESTDIR)$(PREFIX)/bin/pgsyncd"

clean: ## Remove everything that was built
	rm -rf .build
