"""The real server answers while its library is embedded anew, by the same model and by another."""

import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import httpx2
import pytest

import tiny_model
from api.settings import Settings
from index.compiled import CompiledEmbedder
from index.models import compile_into
from test_server import QUESTION, running

Command = Callable[..., CompletedProcess[str]]
Answer = dict[str, object]
BODY = {"question": QUESTION, "min_confidence": 0, "read": False}
ASKING = 2
ASKED_BETWEEN = 5
"""Answers awaited from the new index before the next change."""


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second compiled model: of one layer, and with vectors of another size."""
    folder = tmp_path_factory.mktemp("another")
    compile_into(str(tiny_model.save(folder / "source")), folder / "compiled")
    return folder / "compiled"


class Asking:
    """Threads that ask a server without a pause, until told to stop; what it says, and what goes wrong."""

    def __init__(self, url: str) -> None:
        self.answers: list[Answer] = []
        self.failures: list[str] = []
        self._url = url
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(ASKING)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, version: str) -> None:
        """Go on until so many answers in a row are of that version."""
        begin = len(self.answers)
        for _ in range(3000):
            if [one["index_version"] for one in self.answers[begin:][-ASKED_BETWEEN:]] == [version] * ASKED_BETWEEN:
                return
            self._stop.wait(0.01)
        raise AssertionError(f"no answers of {version}: {self.answers[-1:]} {self.failures}")

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        with httpx2.Client(timeout=60) as client:
            while not self._stop.is_set():
                response = client.post(f"{self._url}/v1/ask", json=BODY)
                if response.status_code == 200:
                    self.answers.append({**response.json(), "took_ms": 0})
                else:
                    self.failures.append(response.text)


def assert_verified(url: str, answer: Answer) -> None:
    """Each citation's text stands in the document where the citation says."""
    citations = [answer["answer"]["citation"], *(one["citation"] for one in answer["passages"])]
    citations += [one["sentence"] for one in answer["passages"]]
    for one in citations:
        text = httpx2.get(f"{url}/v1/documents/{one['document_id']}/text").text
        assert text[one["start_char_index"] : one["end_char_index"]] == one["cited_text"]


def test_no_request_fails_and_each_answer_is_of_one_index(
    settings: Settings, another: Path, command: Command, tmp_path: Path
) -> None:
    def reindexed(*arguments: str) -> str:
        done = command("reindex", *arguments, PINCITE_DATA=str(tmp_path))
        assert done.returncode == 0, done.stderr
        printed, _, version = done.stdout.strip().rpartition(" ")
        assert printed.endswith(" passages, index version")
        return version

    with running(tmp_path, settings.model) as url:
        first = httpx2.get(f"{url}/readyz").json()["index_version"]
        asking = Asking(url)
        try:
            asking.wait_for(first)
            second = reindexed()
            asking.wait_for(second)
            third = reindexed("--model", str(another))
            asking.wait_for(third)
        finally:
            asking.end()
        assert asking.failures == []
        versions = (first, second, third)
        of = {version: [one for one in asking.answers if one["index_version"] == version] for version in versions}
        assert sum(map(len, of.values())) == len(asking.answers)
        for answers in of.values():  # in each version the same is always answered
            assert [one for one in answers if one != answers[0]] == []
            assert_verified(url, answers[0])
        same = [{**of[version][0], "index_version": ""} for version in versions[:2]]
        assert same[0] == same[1]
        assert third.endswith(CompiledEmbedder(another).fingerprint)
    refused = command("list", PINCITE_DATA=str(tmp_path))
    assert refused.returncode == 2
    assert refused.stderr.strip().endswith("; run 'pincite reindex' to embed it anew, or set PINCITE_MODEL back")
