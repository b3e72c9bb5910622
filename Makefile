# Countersign. `make` lists what there is.

export UV_PROJECT_ENVIRONMENT := .venv
DEMO_PORT ?= 8000
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
RUN := .venv/bin/

.DEFAULT_GOAL := help
.PHONY: help install demo run worker check test test-fast lint fmt types floors docs migrate migration sample-data bench

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.tools/bin/uv:
	python3 -m pip install --quiet --disable-pip-version-check --target .tools uv

install: .venv/.for-use ## install what running needs into .venv
.venv/.for-use: uv.lock pyproject.toml
	@$(MAKE) --no-print-directory $(filter .tools/bin/uv,$(UV))
	$(UV) sync --frozen --quiet --inexact --extra ocr --extra postgres --extra schematron
	@touch $@

.venv/.for-work: uv.lock pyproject.toml
	@$(MAKE) --no-print-directory $(filter .tools/bin/uv,$(UV))
	$(UV) sync --frozen --quiet --inexact --extra ocr --extra postgres --extra schematron --all-groups
	@touch $@ .venv/.for-use

demo: install ## load the sample company and open the workbench (DEMO_PORT=8000, DEMO_EXIT=1 to load, score and stop)
	$(RUN)countersign demo --port $(DEMO_PORT) $(if $(DEMO_EXIT),--exit)

run: install ## run the server and its worker on what is in ./data
	$(RUN)countersign serve

worker: install ## run one more worker
	$(RUN)countersign worker

check: lint types floors ## everything that reads the code without running it

test: .venv/.for-work ## everything: style, types, floors, and all tests on SQLite and PostgreSQL
	$(MAKE) --no-print-directory check
	$(RUN)python -m tests.needs
	$(RUN)python -m pytest

test-fast: .venv/.for-work ## the pure part of the tests, in seconds
	$(RUN)python -m pytest tests/unit tests/rules tests/properties tests/architecture -q

lint: .venv/.for-work ## style
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)codespell README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md docs/index.md docs/settings.md docs/problems.md docs/decisions

fmt: .venv/.for-work ## mend the style
	$(RUN)ruff check --fix .
	$(RUN)ruff format .

types: .venv/.for-work ## types
	$(RUN)mypy

floors: .venv/.for-work ## who may import whom
	$(RUN)lint-imports

docs: .venv/.for-work ## write the generated pages and openapi.json
	$(RUN)python -m docs.generate

migrate: install ## bring the database in ./data up to date
	$(RUN)alembic upgrade head

migration: .venv/.for-work ## write a migration from the tables (NAME="what it does")
	$(RUN)alembic revision --autogenerate -m "$(NAME)"

sample-data: .venv/.for-work ## make the sample documents anew (needs chromium and LibreOffice)
	$(RUN)python sample_docs/make.py

bench: .venv/.for-work ## measure
	$(RUN)python -m bench
