# Everything a person types. Nothing has to be prepared by hand.
.PHONY: run test bench fmt setup messages lock

PYTHON ?=
ARGS ?=
export PYTHON

run:            ## set up what is missing and start the demonstration city
	@tools/prepare runtime
	@exec .venv/bin/yitong run $(ARGS)

setup:          ## everything for development, nothing started
	@tools/prepare dev

test:           ## lint, types, import contracts, tests (browser ones included)
	@tools/prepare dev
	@tools/system-packages
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/python -m yitong.site.messages compile
	YITONG_TESTING=1 .venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest -q -n 2 --dist loadgroup $(ARGS)

bench:          ## measure speed and size beside their limits
	@tools/prepare dev
	.venv/bin/yitong bench $(ARGS)

fmt:            ## put the code into shape
	@tools/prepare dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

messages:       ## collect interface strings and compile their translations
	@tools/prepare dev
	.venv/bin/python -m yitong.site.messages extract
	.venv/bin/python -m yitong.site.messages compile

lock:           ## write the hashed lock files anew (ARGS=--upgrade for newer versions)
	@tools/prepare dev
	tools/lock $(ARGS)
