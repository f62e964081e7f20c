"""The service's benchmark: its load, its checks, its criteria, and the figures that are told of it."""

import asyncio
import random
from pathlib import Path

import pytest

from api.asking import answered
from api.bodies.answers import AskResponse
from api.bodies.citations import CitationBody
from api.bodies.questions import AskRequest
from api.settings import Settings
from benchmarks.service import report
from benchmarks.service.checking import Ledger, citations_of, exact
from benchmarks.service.client import asking, connected
from benchmarks.service.load import FAILED, Reply, Sample, closed_load, open_load
from benchmarks.service.overload import Phases, criteria, recovered_after, timeline
from benchmarks.service.soak import growth
from benchmarks.service.texts import book
from benchmarks.service.work import Work
from index.library import Library
from paths import ROOT
from qa.answering import Answerer
from test_server import running

NEVER, LATER = 0.0, float("inf")


def sample(due: float, seconds: float, status: int = 200) -> Sample:
    return Sample(due, 0.0, seconds, Reply(status))


def test_an_open_load_begins_every_request_though_none_is_answered() -> None:
    async def run() -> list[Sample]:
        begun: list[int] = []
        last = asyncio.Event()

        async def act(number: int) -> Reply:
            begun.append(number)
            if number == 19:
                last.set()
            await last.wait()
            return Reply(200 + number)

        return await open_load(act, per_second=1000, seconds=0.02)

    samples = asyncio.run(run())
    assert [(one.due, one.reply.status) for one in samples] == [(n / 1000, 200 + n) for n in range(20)]
    assert all(one.seconds >= samples[-1].due - one.due for one in samples)  # counted from when each was due


def test_a_closed_load_has_as_many_requests_in_hand_as_clients() -> None:
    async def run() -> int:
        in_hand, most = 0, 0

        async def act(_: int) -> Reply:
            nonlocal in_hand, most
            in_hand += 1
            most = max(most, in_hand)
            await asyncio.sleep(0.001)
            in_hand -= 1
            return Reply(200)

        await closed_load(act, clients=3, seconds=0.05)
        return most

    assert asyncio.run(run()) == 3


def test_the_criteria_of_an_overload_are_those_of_the_issue() -> None:
    phases = Phases(
        unloaded=[sample(0, 0.020)] * 10,
        capacity={2: 9.0, 4: 10.0},
        overload=[
            *[sample(n / 8, 0.08) for n in range(8)],
            *[sample(0.5, 0.150, 503)] * 31,
            sample(0.9, 1, FAILED),
        ],
        probes=[sample(n / 10, 0.025) for n in range(50)],
        seconds=1,
    )
    found = [(one.measured, one.passed) for one in criteria(phases, [(0.0, 200.0), (1.0, 219.0), (2.0, 201.0)])]
    assert found == [(0.8, True), (1, False), (150.0, False), (4.0, True), (0.095, True), (0.0, True)]


def test_a_service_is_back_once_no_probe_is_turned_away_and_five_take_as_long_as_without_load() -> None:
    calm = [sample(0, 0.020)] * 9
    slow = [sample(n / 10, 0.2) for n in range(8)]
    refused = [sample(0.8 + n / 10, 0.001, 503) for n in range(3)]
    quick = [sample(1.1 + n / 10, 0.021) for n in range(10)]
    assert recovered_after([*slow, *quick], calm) == 0.6  # three of the first five are quick
    assert recovered_after([*slow, *refused, *quick], calm) == 1.1
    assert recovered_after([*quick, *refused], calm) == 5.0


def test_a_timeline_counts_requests_in_the_second_in_which_they_were_due() -> None:
    [first, second] = timeline([sample(0.1, 0.01), sample(0.9, 3.0), sample(1.0, 0.002, 503)], 2)
    assert (first["accepted"], first["refused"], first["accepted_p99_ms"]) == (2, 0, pytest.approx(2970.1))
    assert (second["accepted"], second["refused"], second["refused_p99_ms"]) == (0, 1, 2.0)


def test_memory_after_two_minutes_is_compared_with_that_at_the_end() -> None:
    memory = [(float(at), 100.0 if at < 120 else 200.0 if at < 1000 else 206.0) for at in range(1201)]
    assert growth(memory, 1200) == pytest.approx(0.03)


def answer_from(library: Library) -> AskResponse:
    request = AskRequest(question="who took responsibility?")
    return answered(Answerer(library), request, default_confidence=None)


def test_every_citation_of_an_answer_is_checked_against_the_text_that_was_written(seed_library: Library) -> None:
    answer = answer_from(seed_library)
    [summary] = seed_library.summaries(after=0, limit=2)
    text = seed_library.document(summary.id).text
    ledger = Ledger()
    ledger.check(answer, asked=LATER)
    cited = len([*citations_of(answer)])
    assert (ledger.checked.citations, ledger.checked.unknown) == (cited, cited)
    ledger.begin_anew()
    sha256 = ledger.wrote(text)
    ledger.check(answer, asked=NEVER)
    assert (ledger.checked.citations, ledger.checked.unknown, ledger.checked.mismatches) == (cited, 0, 0)
    ledger.ended(sha256)
    ledger.check(answer, asked=NEVER)
    ledger.check(answer, asked=LATER)
    assert (ledger.checked.gone_meanwhile, ledger.checked.after_the_end) == (cited, cited)


def test_a_citation_that_is_wrong_by_one_code_point_is_a_mismatch(seed_library: Library) -> None:
    answer = answer_from(seed_library)
    [citation, *_] = citations_of(answer)
    text = seed_library.document(citation.document_id).text
    moved = CitationBody.model_validate({**citation.model_dump(), "end_char_index": citation.end_char_index - 1})
    assert exact(citation, text)
    assert not exact(moved, text)
    assert not exact(citation, "🌒" + text)


def test_a_book_is_the_same_each_time_and_answers_its_questions() -> None:
    assert book(7) == book(7)
    assert book(7).text != book(8).text
    assert all("berth 7?" in one for one in book(7).questions[::2])


def test_mixed_work_on_a_real_service_ends_without_an_error(settings: Settings, tmp_path: Path) -> None:
    async def run(url: str) -> Work:
        async with connected(url) as session:
            work = Work(session, Ledger(), random.Random(3))
            await work.know_what_is_there()
            for _ in range(4):
                await work.add()
            assert [(await work.next(n)).status for n in range(30)].count(FAILED) == 0
            assert (await asking(session, ["who took responsibility?"])(0)).status == 200
            return work

    with running(tmp_path / "data", settings.model) as url:
        work = asyncio.run(run(url))
    assert work.errors == []
    assert sum(work.counts.values()) == 30
    checked = work.ledger.checked
    assert checked.citations > 200
    assert (checked.mismatches, checked.unknown, checked.after_the_end) == (0, 0, 0)
    assert work.documents == 4 + work.counts["add"] - work.counts["delete"]


def test_the_figures_in_operations_are_those_of_the_committed_results() -> None:
    operations = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    shown = operations.partition(report.BEGIN)[2].partition(report.END)[0]
    assert shown == report.text(report.load("overload"), report.load("soak")), (
        "run 'python -m benchmarks.service.report'"
    )
