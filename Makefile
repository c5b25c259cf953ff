# Two commands matter: `make demo` writes a report, `make test` passes the tests. Both set up what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One file of tests stays on one core: its reports and its browser are made once.
PYTEST := $(BIN)/python -W error -m pytest -n auto --dist loadfile
# What reads times, and so must not care where it is run.
TIMED := tests/read/test_logs_times.py tests/read/test_logs_lines.py tests/read/outputs tests/read/captures/test_captured_handshakes.py tests/join tests/samples
# What leans on libraries: archives, conditions, certificates, the command line, the reports.
LIBRARIES := tests/test_libraries.py tests/collect/test_containers.py tests/judge/test_condition.py tests/rulefiles \
	tests/read/test_search.py tests/read/test_certificates_der.py tests/read/captures/test_capture_dissectors_agree.py \
	tests/cli/test_rules_command.py tests/cli/test_language.py tests/report/test_html.py tests/samples/test_samples.py
# What the pure backend (analyzer/backend.py) answers: certificates, signatures, conditions. All tests run on it with `make test-pure`.
PURE := tests/join tests/rules tests/rulefiles tests/judge/test_condition.py tests/read/test_certificates_der.py \
	tests/read/test_certificates_keys.py tests/read/test_certificates_pem.py
SAMPLE ?= samples/12-full-case
FUZZ_SECONDS ?= 60

.PHONY: demo demo-triage page wheelhouse test test-pure quick test-all test-newest test-oldest lint setup lock samples pictures catalogues docs wheel fuzz benchmarks benchmarks-against clean recall

demo: $(VENV)/.ready  ## set up, analyze a sample, write report.html
	@$(BIN)/sftunnel-analyzer analyze $(SAMPLE)/evidence --as-of 2026-11-23 -o report.html || [ $$? -ge 10 ]
	@echo "Now open report.html in a browser. Your own evidence: $(BIN)/sftunnel-analyzer analyze CASE"

demo-triage: $(VENV)/.ready  ## make 60 cases of the samples, run them as a triage, write triage/index.html
	@$(BIN)/python scripts/demo_cases.py triage-cases
	@$(BIN)/sftunnel-analyzer triage triage-cases --facts triage-cases/.facts --out triage --as-of 2026-11-23 || [ $$? -ge 4 ]
	@echo "Now open triage/index.html in a browser."

page: $(VENV)/.ready-dev  ## build dist/sftunnel-analyzer.html, the whole program in one page for a browser (needs npm and PyPI the first time)
	$(BIN)/python -m page

wheelhouse: $(VENV)/.ready-dev  ## build the offline zip for Windows into dist: make wheelhouse [EMBEDDED=the embeddable Python, else it is fetched from python.org]
	$(BIN)/python -m wheelhouse $(EMBEDDED)

test: $(VENV)/.ready-dev lint  ## set up, check style and types, run all tests
	$(PYTEST)
	TZ=Asia/Seoul $(PYTEST) -q $(TIMED)
	TZ=EST+5 $(PYTEST) -q $(TIMED)
	SFTUNNEL_ANALYZER_BACKEND=pure $(PYTEST) -q $(PURE)

test-pure: $(VENV)/.ready-dev  ## all tests with the pure backend, which the page uses
	SFTUNNEL_ANALYZER_BACKEND=pure $(PYTEST) -q

quick: $(VENV)/.ready-dev  ## the tests of daily work, in under a minute: no browser, no captures, no handshakes
	$(BIN)/ruff check .
	$(PYTEST) -q --quick

test-all: $(VENV)/.ready-dev lint  ## every cell of each matrix, new examples, the pure backend, and the oldest releases of the libraries
	$(PYTEST) --all
	$(MAKE) test-pure
	$(MAKE) test-oldest

test-newest:  ## the same tests with the newest releases of all libraries, in an environment of their own
	sh scripts/setup "$(PYTHON)" .venv-newest newest
	$(MAKE) test VENV=.venv-newest

test-oldest:  ## what the program relies on of its libraries, with the oldest releases that pyproject.toml admits (Python 3.11)
	sh scripts/setup "$(PYTHON)" .venv-oldest oldest
	.venv-oldest/bin/python -W error -m pytest -n auto --dist loadfile $(LIBRARIES)

lock:  ## renew requirements/ with the newest releases that pyproject.toml allows
	sh scripts/lock "$(PYTHON)"

lint: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sftunnel-analyzer rules lint
	$(BIN)/sftunnel-analyzer rules test

setup: $(VENV)/.ready-dev  ## set up without running anything

samples: $(VENV)/.ready-dev  ## rebuild samples/ from the lab (needs root: network namespaces, capturing)
	$(BIN)/python -m tests.lab.build_samples

pictures: $(VENV)/.ready-dev  ## redraw the pictures under docs/, the one in the README among them
	$(BIN)/python -m tests.browser.pictures

catalogues: $(VENV)/.ready-dev  ## gather every sentence for people, update the translations, compile them
	$(BIN)/python -m scripts.catalogues

recall: $(VENV)/.ready-dev  ## score every case of tests/evidence, write docs/recall.md
	$(BIN)/python -m tests.evidence

benchmarks: $(VENV)/.ready-dev  ## measure ours against the usual tools, write benchmarks/README.md (a quiet machine, 1.7 GB, half an hour)
	$(BIN)/python -m benchmarks

benchmarks-against: $(VENV)/.ready-dev  ## measure this version and another in turns: make benchmarks-against PROGRAM=/path/to/sftunnel-analyzer
	@test -n "$(PROGRAM)" || { echo "benchmarks-against: say PROGRAM=/path/to/the/other/.venv/bin/sftunnel-analyzer" >&2; exit 2; }
	$(BIN)/python -m benchmarks.against "$(PROGRAM)"

fuzz: $(VENV)/.ready-dev  ## run each fuzz target for FUZZ_SECONDS (needs atheris, Linux); not part of the tests
	$(BIN)/python -m pip install -q --group fuzz
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

docs: $(VENV)/.ready-dev  ## write docs/rules.md and all schemas anew
	$(BIN)/sftunnel-analyzer --lang en rules docs > docs/rules.md
	$(BIN)/sftunnel-analyzer rules schema rules
	$(BIN)/python -m analyzer.report.schema
	$(BIN)/python -m analyzer.triage.schema

wheel: $(VENV)/.ready-dev
	$(BIN)/python -m build --wheel

$(VENV)/.ready: pyproject.toml scripts/setup requirements/run.txt
	sh scripts/setup "$(PYTHON)" "$(VENV)" run

$(VENV)/.ready-dev: pyproject.toml scripts/setup requirements/dev.txt
	sh scripts/setup "$(PYTHON)" "$(VENV)" dev

clean:
	rm -rf $(VENV) .venv-newest .venv-oldest build dist report.html result.json triage triage-cases
