# One line a target; what needs more is in scripts/. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check fmt proto lock up down docs bench evaluate-guard clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with everything that requirements.lock names
	@scripts/setup

demo: ## From nothing to the first answer: set up, start, ask
	@scripts/demo

test: setup ## Run the tests; T=pattern runs those whose names match
	@scripts/test $(if $(T),'$(T)')

bench: setup ## Measure speed against baselines (B=latency measures one)
	@.venv/bin/python -m benchmarks $(B)

evaluate-guard: setup ## Measure what the guard stops and lets pass (P='--part development --show')
	@.venv/bin/python -m evaluation.guard $(P)

check: setup ## Check format, lint, types, imports, contracts and docs
	@scripts/check

fmt: setup ## Format the code and mend what can be mended
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

proto: setup ## Generate caveat/v1 from proto/
	@scripts/proto

lock: ## Compile requirements.lock anew (U=name upgrades one package); needs uv
	@scripts/lock $(if $(U),--upgrade-package '$(U)')

up: setup ## Start Kafka and the services
	@.venv/bin/caveat up

down: ## Stop them
	@if [ -x .venv/bin/caveat ]; then .venv/bin/caveat down; fi

docs: setup ## Write the generated parts of docs and manifests
	@scripts/docs && scripts/manifests

clean: down ## Stop the stack; remove .venv and caches, but no answers and no keys
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
