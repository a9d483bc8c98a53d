# `make demo`, `make test`, `make check`, `make bench`: needs Python 3.11 or later and make, nothing else.
# The environment is made in .venv, and again when pyproject.toml, constraints.txt or the place of this folder change.
# The tests make a second one, with a vLLM that runs on a CPU: see .ci/vllm-venv.
#
#   PYTHON=/path/to/python3.11   the interpreter to make it with
#   VENV=/path/to/venv           another place for it
#   DATA=/path/to/data           folder with financebench-dev/ and opencqa-dev/, for the benchmarks on real documents

PYTHON ?= python3
VENV ?= .venv
DATA ?=

BIN := $(VENV)/bin
# By content, not by time of change: a fresh clone dates every file anew. The editable install points to this folder.
INSTALLED := $(VENV)/.installed-$(shell { cat pyproject.toml constraints.txt; pwd; } | cksum | cut -d ' ' -f 1)
MODULE := $(BIN)/python -m chartwell.eval.benchmarks

.DEFAULT_GOAL := help
.PHONY: help venv demo test check format bench

help:
	@echo "make demo    index a small corpus made by the project, ask it five questions"
	@echo "make test    run the tests"
	@echo "make check   ruff, mypy --strict, import-linter"
	@echo "make format  sort imports and format"
	@echo "make bench   run the benchmarks (DATA=... for those on real documents)"

venv: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Chartwell needs Python 3.11 or later, this is %d.%d: make PYTHON=/path/to/python3.11" % sys.version_info[:2])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[cpu,offline,ui,eval,vllm,dev]'
	rm -f $(VENV)/.installed-*
	touch $@

demo: venv
	$(BIN)/chartwell demo --folder demo-collection

# The tests of served models need a vLLM, in an environment of its own; where it cannot be built they say so and skip.
test: venv
	-PYTHON="$(PYTHON)" .ci/vllm-venv >/dev/null
	PYTHON="$(PYTHON)" $(BIN)/python -m pytest -q

check: venv
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: venv
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: venv
	$(MODULE).startup
	$(MODULE).decoder_overhead --python $$(PYTHON="$(PYTHON)" .ci/vllm-venv)
	$(MODULE).unchanged --files 500
	$(MODULE).search_speed --nodes 10000
	$(MODULE).chart_reading --count 130 --split held-out
ifneq ($(DATA),)
	$(MODULE).index_filings --pdfs $(DATA)/financebench-dev/pdfs
	$(MODULE).ocr_charts --images $(DATA)/opencqa-dev/charts --limit 100
	$(MODULE).chart_reading --truth eval/benchmarks/chart_truth/opencqa_check.jsonl --images $(DATA)/opencqa-dev/charts
endif
