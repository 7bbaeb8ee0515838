# kb: two commands, `make serve` and `make test`; the others are listed by `make help`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOG := $(VENV)/install.log
TORCH := torch==2.13.0
# A CPU build, where there is no GPU: the ordinary Linux build brings several gigabytes of CUDA.
TORCH_CPU_INDEX ?= https://download.pytorch.org/whl/cpu
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 1

.PHONY: help serve test lint bench train clean install install-test browser
.DEFAULT_GOAL := help

help:
	@echo "make serve   install, load the demonstration shop on the first run, serve on http://$(HOST):$(PORT)"
	@echo "make test    install what the tests need, then ruff, mypy, import-linter and pytest"
	@echo "make bench   print speed and quality as tables; results are kept in tests/bench/results"
	@echo "make train   train the shipped model and confidence anew on ../shared/data/train"
	@echo "make clean   remove the virtual environment, caches and var/"

serve: install
	@$(BIN)/kb doctor --quiet || $(BIN)/kb ingest data/faq --publish
	@exec $(BIN)/kb serve --host $(HOST) --port $(PORT) --workers $(WORKERS)

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml $(wildcard kb/*/*.c kb/*/*.h)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "kb needs Python 3.11 or newer, and '$(PYTHON)' is not: install it, or say which with  make serve PYTHON=python3.12"; exit 1; }
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV) || \
	  { echo "The virtual environment could not be made in $(VENV): check the free space (df -h .), and on Debian or Ubuntu install python3-venv."; exit 1; }
	@echo "Installing into $(VENV) (about a minute; details in $(LOG))"
	@{ $(BIN)/pip install --quiet --upgrade pip && $(call install_torch) && \
	   $(BIN)/pip install --quiet --no-compile -e '.[postgres]'; } >$(LOG) 2>&1 || { $(call explain); exit 1; }
	@touch $@

install-test: $(VENV)/.installed-test
$(VENV)/.installed-test: $(VENV)/.installed
	@$(BIN)/pip install --quiet --no-compile --group test >>$(LOG) 2>&1 || { $(call explain); exit 1; }
	@touch $@

# Linux without a GPU takes the CPU build; if that index cannot be reached, or elsewhere, the ordinary one.
define install_torch
{ { [ "$$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null && \
    $(BIN)/pip install --quiet --no-compile --retries 0 --timeout 15 --index-url $(TORCH_CPU_INDEX) --extra-index-url '' '$(TORCH)' ; } || \
  $(BIN)/pip install --quiet --no-compile '$(TORCH)'; }
endef

define explain
if grep -qi 'no space left' $(LOG); then echo "The disk is full: free about 3 GB (df -h .), then run the command again."; \
elif grep -q 'Python\.h' $(LOG); then echo "Python's headers are missing, with which kb is compiled: install them (on Debian or Ubuntu: apt install python3-dev), then run the command again."; \
elif grep -Eqi "no such file or directory: '[^']*(gcc|cc|g\+\+|clang)'|(gcc|cc|clang).*not found|unable to execute" $(LOG); then echo "kb is compiled when it is installed, and no C compiler was found: install one (on Debian or Ubuntu: apt install build-essential), then run the command again."; \
elif grep -Eqi 'could not find a version|connection|timed out|name resolution|proxy' $(LOG); then echo "A package could not be downloaded: check the network or pip's index setting, then run the command again. The last words were: $$(grep -i error $(LOG) | tail -n 1)"; \
else echo "The installation failed: $$(tail -n 1 $(LOG)) (everything is in $(LOG))"; fi
endef

# The browser tests drive Debian's Chromium; without apt and root they say why they are skipped.
browser:
	@if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing chromium and Chinese fonts for the browser tests"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig; } >/dev/null 2>&1 || \
	  echo "chromium could not be installed: the browser tests will be skipped"; \
	else echo "chromium or Chinese fonts are missing, and this is not a root shell with apt: the browser tests will be skipped"; fi

lint: install-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: install-test browser lint
	@HF_HUB_OFFLINE=1 $(BIN)/python -m pytest

bench: install-test
	@for bench in embedding match quality challenge review gaps publish passages service start; do $(BIN)/python -m tests.bench.$$bench || exit 1; done

train: install
	@$(BIN)/kb train ../shared/data/train

clean:
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find kb -name '*.so' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
