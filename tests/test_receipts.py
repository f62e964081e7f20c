"""What became of requests is kept for a day, and of so many."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.receipts import KEPT_SECONDS, MOST, MOST_DOCUMENTS, Receipt, Receipts
from index.store import Store

DONE = Receipt("0" * 64, new=True, documents=("a", "b"), notes=("read as utf_16",))


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "library.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receipts(store: Store, clock: Clock) -> Receipts:
    return Receipts(store, clock=clock)


def names(store: Store) -> list[str]:
    return [str(row[0]) for row in store.rows("SELECT name FROM receipts ORDER BY rowid")]


def test_a_receipt_is_found_by_its_name_alone_and_is_no_change_of_the_library(
    store: Store, receipts: Receipts
) -> None:
    before = store.generation
    receipts.keep("one", DONE)
    assert (receipts.find("one"), receipts.find("other"), store.generation) == (DONE, None, before)


@pytest.mark.parametrize("by", [KEPT_SECONDS, -KEPT_SECONDS])
def test_it_is_kept_for_a_day_also_by_a_clock_that_is_set_back(
    store: Store, receipts: Receipts, clock: Clock, by: float
) -> None:
    receipts.keep("one", DONE)
    clock.now += by
    assert receipts.find("one") == DONE
    clock.now += 1 if by > 0 else -1
    assert (receipts.find("one"), names(store)) == (None, ["one"])
    receipts.keep("other", DONE)
    assert names(store) == ["other"]


def test_the_latest_are_kept_whatever_the_clock_says(store: Store, receipts: Receipts, clock: Clock) -> None:
    with store.aside():
        for number in range(MOST):
            store.rows("INSERT INTO receipts VALUES (?, '', 1, '[]', '[]', ?)", (f"{number}", clock.now))
    clock.now -= 60
    receipts.keep("last", DONE)
    assert names(store) == [*(f"{number}" for number in range(1, MOST)), "last"]


def test_one_of_very_many_documents_is_not_kept(receipts: Receipts) -> None:
    receipts.keep("one", Receipt("", new=True, documents=("a",) * (MOST_DOCUMENTS + 1), notes=()))
    receipts.keep("other", Receipt("", new=True, documents=("a",) * MOST_DOCUMENTS, notes=()))
    assert receipts.find("one") is None
    assert receipts.find("other") is not None
