# make run    everything is installed, then web, worker and scheduler run until Ctrl-C
# make test   what the tests need is installed, then all of them run
# make bench  how fast it is, beside what this machine can do at all
# make check  lint, format, types, migrations, texts, layers

SHELL := /bin/bash
PYTHON := .venv/bin/python

.PHONY: run test check bench setup screenshots

run:
	@scripts/setup.sh run
	@exec $(PYTHON) manage.py serve

setup:
	@rm -f .venv/.system-tried
	@scripts/setup.sh run

test:
	@scripts/setup.sh test
	@$(PYTHON) -m scripts.run_tests $(TESTS)

check:
	@scripts/setup.sh test
	@scripts/check.sh

bench:
	@scripts/setup.sh test
	@$(PYTHON) -m scripts.bench $(BENCH)

screenshots:
	@scripts/setup.sh test
	@$(PYTHON) -m scripts.screenshots
