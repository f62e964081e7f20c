"""Whatever is done to a library, it holds and finds what a new library of the same documents does."""

import dataclasses
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from index.checking import check
from index.documents import Document
from index.library import Library, UnknownDocument
from index.reindexing import reindex
from three_texts import HARBOUR, QUESTIONS, RAIN, STORM, by_place, document, words

TEXTS = (
    STORM,
    f"{STORM}\n\n{RAIN}",
    f"{STORM}\n\n{HARBOUR}\n\n{RAIN}",
    HARBOUR,
    RAIN,
    "Storm. " * 30,
    "你好。今天天气很好！ storm",
    "\ufb03 e\u0301 mast\r\n\r\nrain",
)
DOCUMENTS = [
    dataclasses.replace(document(text, context), title=title)
    for text in TEXTS
    for context, title in (("", "one"), ("", "two"), ("crew at sea", "two"))
]
"""Three of each text: the same document under another title, and under another context."""

MANY = st.lists(st.sampled_from(DOCUMENTS), max_size=4)
DERIVED = ("indexes.stamp", "vectors.faiss", "words")


class Operations(RuleBasedStateMachine):
    """A library beside a plain dict of what it is to hold."""

    folder: Path

    @initialize()
    def start(self) -> None:
        self.root = self.folder / "library"
        shutil.rmtree(self.folder)
        self.root.mkdir(parents=True)
        self.library = Library.local(self.root, words())
        self.held: dict[str, Document] = {}

    @rule(documents=MANY)
    def add(self, documents: list[Document]) -> None:
        wanted = {one.id: one for one in documents}
        added = self.library.add(documents)
        assert [one.id for one in added.new] == [one for one in wanted if one not in self.held]
        self.held = wanted | self.held

    @rule(data=st.data(), documents=MANY)
    def replace(self, data: st.DataObject, documents: list[Document]) -> None:
        gone = data.draw(st.lists(st.sampled_from(sorted(self.held)), max_size=3)) if self.held else []
        wanted = {one.id: one for one in documents}
        before = set(self.held)
        done = self.library.replace(gone, documents)
        kept = {key: one for key, one in self.held.items() if key not in gone}
        assert {one.id for one in done.new} == set(wanted) - before
        assert {one.id for one in done.updated} == {
            key for key, one in wanted.items() if key in gone and one != self.held[key]
        }
        self.held = wanted | kept

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        gone = data.draw(st.lists(st.sampled_from(sorted(self.held)), min_size=1, max_size=3, unique=True))
        self.library.remove(*gone)
        for one in gone:
            del self.held[one]

    @rule(documents=MANY)
    def ask_for_what_is_not_there(self, documents: list[Document]) -> None:
        for one in documents:
            if one.id not in self.held:
                for ask in (
                    self.library.document,
                    self.library.remove,
                    lambda key: self.library.replace([key], []),
                ):
                    with pytest.raises(UnknownDocument):
                        ask(one.id)

    @rule()
    def checkpoint(self) -> None:
        self.library.checkpoint()

    @rule(lost=st.lists(st.sampled_from(DERIVED), unique=True))
    def reopen(self, lost: list[str]) -> None:
        """Closed, it may lose any of the files that are derived from the store."""
        self.library.close()
        for name in lost:
            path = self.root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        embedder = words()
        self.library = Library.local(self.root, embedder)
        assert embedder.embedded == 0

    @rule()
    def open_beside(self) -> None:
        """As after a kill: what was not closed is opened again."""
        before, self.library = self.library, Library.local(self.root, words())
        before.engine.close()

    @rule()
    def reindex(self) -> None:
        """While it is open: it goes on with the passages that are new."""
        reindex(self.root, words())

    @invariant()
    def it_holds_and_finds_what_a_new_library_does(self) -> None:
        if not hasattr(self, "library"):
            return
        listed = self.library.summaries()
        assert {one.id: self.library.document(one.id) for one in listed} == self.held
        fresh = Library.local(self.folder / "fresh", words())
        fresh.add(self.held.values())
        expected = {one.id: (one.title, one.length, one.passages) for one in fresh.summaries()}
        assert {one.id: (one.title, one.length, one.passages) for one in listed} == expected
        for question in QUESTIONS:
            ours, new = (one.search(question, depth=100) for one in (self.library, fresh))
            assert (by_place(ours), ours.wanted, ours.passages) == (by_place(new), new.wanted, new.passages)
        fresh.close()
        shutil.rmtree(self.folder / "fresh")
        self.library.checkpoint()
        report = check(self.root)
        assert (report.documents, report.faults, report.notes) == (len(self.held), (), ())

    def teardown(self) -> None:
        if hasattr(self, "library"):
            self.library.close()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> type[Operations]:
    return type("OperationsInAFolder", (Operations,), {"folder": tmp_path_factory.mktemp("operations")})


def test_any_operations_leave_what_a_new_library_would_hold(machine: type[Operations]) -> None:
    run_state_machine_as_test(machine, settings=settings(deadline=None, max_examples=8, stateful_step_count=10))
