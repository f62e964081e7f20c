"""Whatever engine keeps a library, and whatever is done to it: it holds and finds what a new one does."""

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

from engines import Place
from index.documents import Document
from index.library import UnknownDocument
from index.metadata import Metadata
from test_operations import MANY
from three_texts import words


class Operations(RuleBasedStateMachine):
    """A library beside a plain dict of what it is to hold, in order."""

    place: Place

    @initialize()
    def start(self) -> None:
        """Begin with what the one before has left: nothing that is removed may be found again."""
        self.library = self.place.open()
        self.library.replace([one.id for one in self.library.summaries()], [])
        self.held: dict[str, Document] = {}

    @rule(documents=MANY)
    def add(self, documents: list[Document]) -> None:
        wanted = {one.id: one for one in documents}
        added = self.library.add(documents)
        assert [one.id for one in added.new] == [one for one in wanted if one not in self.held]
        self.held |= {one.id: one for one in added.new}

    @rule(data=st.data(), documents=MANY)
    def replace(self, data: st.DataObject, documents: list[Document]) -> None:
        gone = data.draw(st.lists(st.sampled_from(sorted(self.held)), max_size=3)) if self.held else []
        wanted = {one.id: one for one in documents}
        done = self.library.replace(gone, documents)
        assert {one.id for one in done.new} == set(wanted) - set(self.held)
        changed = {key for key, one in wanted.items() if key in gone and one != self.held[key]}
        assert {one.id for one in done.updated} == changed
        self.held = {key: one for key, one in self.held.items() if key in wanted or key not in gone}
        self.held |= {key: wanted[key] for key in changed} | {one.id: one for one in done.new}

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        gone = data.draw(st.lists(st.sampled_from(sorted(self.held)), min_size=1, max_size=3, unique=True))
        self.library.remove(*gone)
        for one in gone:
            del self.held[one]
            with pytest.raises(UnknownDocument):
                self.library.remove(one)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), year=st.integers(1911, 1913))
    def describe(self, data: st.DataObject, year: int) -> None:
        one = data.draw(st.sampled_from(sorted(self.held)))
        said = Metadata.of({"year": year})
        changed = self.library.describe([one], said)
        assert changed == ([] if self.held[one].metadata == said else [one])
        before = self.held[one]
        self.held[one] = Document.from_text(
            before.text, title=before.title, source=before.source, context=before.context, metadata=said
        )

    @rule()
    def checkpoint(self) -> None:
        self.library.checkpoint()

    @rule()
    def reopen(self) -> None:
        self.library.close()
        embedder = words()
        self.library = self.place.open(embedder)
        assert embedder.embedded == 0

    @rule()
    def open_beside(self) -> None:
        """As after a kill: what was not closed is opened again."""
        before, self.library = self.library, self.place.open()
        before.engine.close()

    @invariant()
    def it_holds_and_finds_what_a_new_library_does(self) -> None:
        if hasattr(self, "library"):
            self.place.assert_holds(self.library, *self.held.values())
            assert [one.id for one in self.library.summaries()] == list(self.held)

    def teardown(self) -> None:
        if hasattr(self, "library"):
            self.library.close()


def test_any_operations_leave_what_a_new_library_would_hold(place: Place) -> None:
    machine = type("OperationsInAPlace", (Operations,), {"place": place})
    run_state_machine_as_test(machine, settings=settings(deadline=None, max_examples=5, stateful_step_count=8))
