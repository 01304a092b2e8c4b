# Every command of those who work on it; without make, the same stand in CONTRIBUTING.md.
export PATH := $(CURDIR)/tests/node_modules/.bin:$(PATH)
.DEFAULT_GOAL := help
.PHONY: help setup serve fast test one format lint bench dictionary release

help:  ## List these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup:  ## Install all that running, testing and checking take
	pip install -r requirements.txt -r tests/requirements.txt
	npm install --prefix tests --no-audit --no-fund --no-package-lock

serve:  ## Serve on http://127.0.0.1:8501, anew whenever a source is saved
	python -m dashboard --reload

fast:  ## Run the tests that take no browser, server, office file or build of their own
	pytest -m fast

test:  ## Run all tests, as CI does
	pytest

one:  ## Run some tests: make one of="tests/warehouse/test_queries.py -k coverage"
	pytest $(of)

format:  ## Format the Python
	ruff format dashboard data tests
	ruff check --fix dashboard data tests

lint:  ## Check format, lint, types, layers and scripts, as CI does
	.ci/lint

bench:  ## Measure, in ratios of one run: make bench only="--only clicks"
	python -m tests.bench $(only)

dictionary:  ## Write data/DICTIONARY.md from the contract
	python -m dashboard dictionary

release:  ## Check all, then say what is left to do by hand
	.ci/lint
	pytest
	@python -c "from dashboard import __version__ as v; print(f'All is well. Now: git tag -a v{v} -m {v} && git push --tags')"
