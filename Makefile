# Everything that one types.  `make` alone lists it.
# Variables may follow: make run PORT=9000 DATA_DIR=/srv/prelo.  All of them: .env.example.

PYTHON := .venv/bin/python
CELERY := .venv/bin/celery --app portal --quiet
# For `make worker`: which queues it serves (reports, snapshots, quick, deliveries), and how many processes it has.
QUEUES ?= reports,snapshots,quick,deliveries
# For `make test`: arguments of pytest, such as ARGS="-k csv -x" or ARGS="-n 0 --pdb", and sqlite or postgresql.
ARGS ?=
DATABASE ?= sqlite
# The faults in which the database has a part: `make faults` does them on PostgreSQL, too.
ON_BOTH := fault(number=1) or fault(number=2) or fault(number=7) or fault(number=8) or fault(number=13) or fault(number=15)
# For `make bench` and `make load`: which cases, such as CASES="listing-10k small"; the usual ones when empty.
CASES ?=

.DEFAULT_GOAL := help
.PHONY: help run setup test audit faults screenshots lint bench load worker beat web migrate messages requirements

help: ## List what can be typed
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: ## Set everything up and serve it here (PORT=8000, DATA_DIR=var); Ctrl-C ends it
	@deploy/setup
	@exec $(PYTHON) -m portal.run

setup: ## Install what Prelo runs on; quick when there is nothing to do
	@deploy/setup

test: ## Set up what the checks need, and run all of them, two at a time (ARGS="-k csv" for pytest, DATABASE=postgresql)
	@deploy/setup test
	@$(MAKE) --no-print-directory lint
	@DATABASE=$(DATABASE) exec $(PYTHON) -m pytest -n 2 -m "not thorough" $(ARGS)

audit: ## Look whether a package that Prelo runs on has a known vulnerability
	@deploy/setup audit
	@exec $(PYTHON) deploy/audit.py

faults: ## Kill, stop, fill and cut off what makes reports, and do what is thorough, 27 minutes (ARGS="-k redis")
	@deploy/setup test
	@# 5: none of those that ARGS selects
	@DATABASE=postgresql $(PYTHON) -m pytest tests/faults -m "$(ON_BOTH)" $(ARGS) || [ $$? = 5 ]
	@DATABASE=sqlite $(PYTHON) -m pytest -n 2 tests/press -m thorough $(ARGS) || [ $$? = 5 ]
	@DATABASE=sqlite $(PYTHON) -m pytest tests -m thorough --ignore=tests/press --ignore=tests/faults $(ARGS) || [ $$? = 5 ]
	@DATABASE=sqlite exec $(PYTHON) -m pytest tests/faults $(ARGS)

screenshots: ## Pictures of every page, light and dark, wide and narrow, in both languages, in var/screenshots
	@deploy/setup test
	@exec $(PYTHON) -m pytest tests/browser/screenshots.py

lint: ## Style, format, import contract, missing migrations
	@deploy/setup test
	@$(PYTHON) -m ruff check --quiet
	@$(PYTHON) -m ruff format --check --quiet
	@.venv/bin/lint-imports --no-logo > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@$(PYTHON) manage.py makemigrations --check --dry-run

bench: ## Measure Prelo beside its peers, up to 30 minutes (CASES="listing-10k small" for some)
	@deploy/setup bench
	@exec $(PYTHON) -m tests.benchmarks $(CASES)

load: ## How a whole portal holds against many people (CASES="polls rate soak"; the soak takes MINUTES=30)
	@deploy/setup test
	@deploy/setup bench
	@exec $(PYTHON) -m tests.load $(CASES)

worker: ## Make reports (QUEUES=reports,snapshots,quick,deliveries CONCURRENCY=2); SIGTERM ends it gracefully
	@deploy/setup
	@exec $(CELERY) worker --hostname "worker-$$$$@%h" --queues "$(QUEUES)" --without-gossip --without-mingle --loglevel INFO

beat: ## The clock that finds stalled work and starts schedules; run one
	@deploy/setup
	@exec $(CELERY) beat --loglevel INFO

web: ## The web server (HOST=127.0.0.1 PORT=8000)
	@deploy/setup
	@$(PYTHON) manage.py collectstatic --no-input --verbosity 0
	@exec .venv/bin/gunicorn --config deploy/gunicorn.py portal.wsgi

migrate: ## Bring the database up to date
	@deploy/setup
	@exec $(PYTHON) manage.py migrate

messages: ## Find new texts for the translations in locale/, and compile them
	@deploy/setup test
	@$(PYTHON) manage.py makemessages --all --no-obsolete --no-wrap --add-location file --ignore=.venv --ignore=var
	@deploy/setup

requirements: ## Pin the newest packages that requirements/*.in allow, with hashes
	@deploy/setup
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@for name in tools base test bench audit; do \
		.venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-emit-find-links --custom-compile-command "make requirements" -o requirements/$$name.txt requirements/$$name.in || exit 1; \
	done
