# Two commands do everything: `make ask` asks the seed article, `make test` tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := requirements/constraints.txt
Q ?= who took responsibility?
export Q
export PINCITE_DATA ?= $(CURDIR)/.pincite

.PHONY: ask serve test check quality browser container llm milvus ray faults fuzz hostile openapi constraints licences wheel clean
.DEFAULT_GOAL := ask

ask: $(VENV)/installed  ## Ask Q (default: who took responsibility?)
	@$(BIN)/pincite ask "$$Q" || test $$? -eq 1

serve: $(VENV)/installed  ## Answer HTTP on PINCITE_PORT
	$(BIN)/pincite serve

test: $(VENV)/installed-dev  ## Run the tests
	$(BIN)/python -m pytest

check: $(VENV)/installed-dev  ## Style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

quality: $(VENV)/installed-dev  ## Quality floors on a sample of ../shared/eval, where that is
	$(BIN)/python -m pytest -m quality

faults: $(VENV)/installed-dev  ## Kill 200 writers at random moments, and compare what is left with what they acknowledged
	$(BIN)/python tests/faults.py --rounds 200

fuzz: $(VENV)/installed-fuzz  ## Try the service over its description, with keys and without; FUZZ="--examples 3 --seed 1" is shorter
	@$(BIN)/pincite list > /dev/null  # compiles the model, where it is not there yet
	$(BIN)/python tests/fuzzing.py --models "$(PINCITE_DATA)" $(FUZZ)

hostile: $(VENV)/installed-dev  ## Send 50,000 hostile questions and documents, and re-check every citation
	@$(BIN)/pincite list > /dev/null  # compiles the model, where it is not there yet
	$(BIN)/python tests/hostile.py --models "$(PINCITE_DATA)" $(HOSTILE)

browser: $(VENV)/installed-dev  ## The page in Debian's Chromium, which is to be there; writes screenshots/
	$(BIN)/python -m pytest -m browser

container: $(VENV)/installed-dev  ## Build the image and run it for real, as root
	bash .ci/container

llm: $(VENV)/installed-llm  ## Twenty generated answers by a real language model on this machine, and the figures
	$(BIN)/python -m pytest -m llm -s

ray: $(VENV)/installed-ray  ## Documents embedded by a Ray cluster of two nodes on this machine, one of them killed
	$(BIN)/python -m pytest -m ray

milvus: $(VENV)/installed-dev  ## The real Milvus server in a network of its own: nearest neighbours, restart, delete
	bash .ci/milvus

openapi: $(VENV)/installed  ## Write the interface's description anew
	$(BIN)/python -m api.http.describe api/openapi.json

wheel: $(VENV)/installed-dev  ## Build the wheel and try it in an environment and a folder of its own
	bash .ci/wheel

constraints: $(VENV)/installed-dev  ## Pin what is installed now
	$(BIN)/pip freeze --exclude-editable | sed 's/+cpu//' > $(CONSTRAINTS)

licences: $(VENV)/installed-dev  ## Write down the licences of what is pinned and installed
	$(BIN)/pip-licenses --python $(BIN)/python --with-system --from mixed --format markdown \
	  --packages $$(sed -n 's/==.*//p' $(CONSTRAINTS)) > requirements/licences.md

clean:  ## Remove the environment and the local library
	rm -rf $(VENV) $(PINCITE_DATA)

$(VENV)/installed: pyproject.toml requirements/serve.txt requirements/model.txt requirements/terminal.txt $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pincite needs Python 3.11 or newer; name it: make PYTHON=python3.11")'
	@echo "Installing Pincite into $(VENV), once: a minute or two"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -qq --disable-pip-version-check -c $(CONSTRAINTS) -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt requirements/milvus.txt requirements/otel.txt
	@$(BIN)/pip install -qq --disable-pip-version-check -c $(CONSTRAINTS) -r requirements/dev.txt \
	  -r requirements/milvus.txt -r requirements/otel.txt
	@touch $@

$(VENV)/installed-llm: $(VENV)/installed-dev requirements/llm.txt
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps -r requirements/llm.txt
	@touch $@

$(VENV)/installed-ray: $(VENV)/installed-dev requirements/ray.txt
	@$(BIN)/pip install -qq --disable-pip-version-check -c $(CONSTRAINTS) -r requirements/ray.txt
	@touch $@

$(VENV)/installed-fuzz: $(VENV)/installed-dev requirements/fuzz.txt
	@$(BIN)/pip install -qq --disable-pip-version-check -c $(CONSTRAINTS) -r requirements/fuzz.txt
	@touch $@
