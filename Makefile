# Every command sets up what it needs first; the second run of the set-up takes a fraction of a second.
PYTHON := .venv/bin/python
STAGE ?= dev
ARCHITECTURE ?= x86_64
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo up test bench lint audit package deploy destroy clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## the virtual environment in .venv and everything the other commands need
	@sh scripts/setup.sh

demo: setup ## engines, whole burns and a batch of 1,000 cases through the whole service, compared with NASA CEA
	@$(PYTHON) -m runtime demo

up: setup ## the service on this machine, until Ctrl-C (PORT, AWS_PORT and HRMA_HOME move things)
	@exec $(PYTHON) -m runtime up

test: setup ## the whole test suite, in as many processes as PROCESSES says (2)
	@OPENBLAS_NUM_THREADS=1 $(PYTHON) -m pytest -n $(PROCESSES) --dist loadgroup

bench: setup ## the benchmarks, beside the peers that can be installed
	@$(PYTHON) -m benchmarks

lint: setup ## style, types and the direction of imports
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports

audit: ## weak spots of the template, by checkov, which gets an environment of its own
	@sh scripts/setup.sh audit
	@$(PYTHON) -m pytest tests/infrastructure/test_checkov.py

package: setup ## everything that goes to AWS, built below build/package: STAGE=dev|staging|prod [ARCHITECTURE=arm64]
	@$(PYTHON) -m delivery package --stage "$(STAGE)" --architecture "$(ARCHITECTURE)"

deploy: setup ## package a stage and bring it to AWS: STAGE=dev|staging|prod IMAGE=... [ARTIFACTS=bucket PARAMETERS="Name=value ..."]
	@$(PYTHON) -m delivery deploy --stage "$(STAGE)" --architecture "$(ARCHITECTURE)" $(PARAMETERS:%=--parameter %)

destroy: setup ## take a stage away from AWS; buckets and backups stay: STAGE=dev|staging|prod
	@$(PYTHON) -m delivery destroy --stage "$(STAGE)"

clean: ## remove the virtual environment and the local data
	@sh scripts/clean.sh
