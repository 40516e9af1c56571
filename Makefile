# make run    opens the window (or takes the tour where there is no display)
# make test   every check and every test
PYTHON ?= python3
VENV   := .venv
CORE   := build/core-env
ifeq ($(OS),Windows_NT)
BIN  := $(VENV)/Scripts
CBIN := $(CORE)/Scripts
else
BIN  := $(VENV)/bin
CBIN := $(CORE)/bin
endif
SETUP := $(PYTHON) packaging/bootstrap.py
export QT_LOGGING_RULES ?= qt.text.font.db=false

.PHONY: run tour test check core window window-builder window-pages-1 window-pages-2 window-pages-3 window-pages-4 window-pages-5 bench bench-ui bench-peers soak interop schema pictures clean setup setup-test setup-core

run: setup
	@$(BIN)/python -m ferrule

tour: setup
	@$(BIN)/python -m ferrule tour

# Two at a time, the longest first and what fails soon beside it: each keeps one processor busy.
test: setup-test setup-core
	@$(MAKE) --no-print-directory -j2 core check window-builder $(PAGE_PARTS)

check: setup-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The core's tests run where PySide6 is not installed at all.
core: setup-core
	$(CBIN)/python -m pytest --ignore=tests/ui -m "not soak and not bench and not interop"

# The window's tests in parts: a process that has drawn hundreds of windows grows slow.
BUILDER_TESTS := $(wildcard tests/ui/test_builder*.py tests/ui/test_section*.py)
PAGE_TESTS := $(filter-out $(BUILDER_TESTS),$(wildcard tests/ui/test_*.py)) tests/ui/models
PAGE_PARTS := window-pages-5 window-pages-4 window-pages-2 window-pages-1 window-pages-3
window-pages-1: TESTS = $(wordlist 1,11,$(PAGE_TESTS))
window-pages-2: TESTS = $(wordlist 12,22,$(PAGE_TESTS))
window-pages-3: TESTS = $(wordlist 23,38,$(PAGE_TESTS))
window-pages-4: TESTS = $(wordlist 39,46,$(PAGE_TESTS))
window-pages-5: TESTS = $(wordlist 47,200,$(PAGE_TESTS))

window: window-builder $(PAGE_PARTS)

window-builder: setup-test
	$(BIN)/python -m pytest $(BUILDER_TESTS) -m "not soak and not bench"

$(PAGE_PARTS): setup-test
	$(BIN)/python -m pytest $(TESTS) -m "not soak and not bench"

bench: setup-test
	$(BIN)/python -m pytest tests -m bench -s

# What a person waits for in the window, off-screen.
bench-ui: setup-test
	$(BIN)/python -m pytest tests/benchmarks/test_builder_ui.py tests/benchmarks/test_activity_ui.py -m bench -s

# Installs what Ferrule is measured against into build/peers, from PyPI.
bench-peers: setup-test
	$(BIN)/python -m tests.benchmarks.environments
	FERRULE_BENCH_PEERS=1 $(BIN)/python -m pytest tests/benchmarks/test_peers.py -m bench -s

# Drawn cases are the same in every `make test`; here they are new ones.
soak: setup-test setup-core
	$(CBIN)/python -m pytest --ignore=tests/ui -m "not soak and not bench and not interop" --hypothesis-profile=drawn
	$(BIN)/python -m pytest tests -m soak -s

# Other engines, servers and languages: PostgreSQL, Node, Deno, Go, airbyte-cdk, dlt.
# Installs them; the table at the end says what could not be had and was not checked.
interop: export PATH := $(CURDIR)/build/peers/node/node_modules/.bin:$(PATH)
interop:
	@$(PYTHON) packaging/debian_programs.py
	@$(SETUP) $(VENV) test,server
	-$(BIN)/python -m tests.benchmarks.environments airbyte dlt schemathesis
	$(BIN)/python -m pytest tests/interop -m interop -rfE

# The pictures of docs/builder.md and docs/signing-in.md.
pictures: setup-test
	$(BIN)/python -m tests.ui.builder_states
	$(BIN)/python -m tests.ui.signing_states

schema: setup
	$(BIN)/python -m ferrule.descriptor.schema
	$(BIN)/python -m ferrule.sync.schema
	$(BIN)/python -m ferrule.scaffold.types packaging/sdk

setup:
	@$(SETUP) $(VENV) window

setup-test:
	@$(SETUP) $(VENV) window,window-test,test,check,mcp

setup-core:
	@$(SETUP) $(CORE) test,mcp

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
