"""The library opens as it was closed, whatever happened to it or its indexes in between."""

import dataclasses
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from columns import matched
from index.compiled import CompiledEmbedder
from index.documents import Document
from index.formats.reading import read
from index.ingesting import prepare
from index.library import Library
from index.matching import Statistics, Wanted
from index.passages import Candidate, Passage
from index.spans import Span
from paths import SEED
from three_texts import HARBOUR, RAIN, STORM, WORDS, asked, document
from word_embedder import WordEmbedder


def words() -> WordEmbedder:
    return WordEmbedder(*WORDS, max_tokens=9)


def lose_nothing(_: Path) -> None:
    """Leave the files as they are; ``test_corruption`` does otherwise."""


def lose_indexes(folder: Path) -> None:
    (folder / "indexes.stamp").unlink()
    (folder / "vectors.faiss").unlink()
    shutil.rmtree(folder / "words")


@pytest.mark.parametrize("damage", [lose_nothing, lose_indexes])
def test_the_seed_article_is_found_the_same_bit_for_bit(
    embedder: CompiledEmbedder, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    questions = (
        "who took responsibility?",
        "Which city hosted the meeting?",
        "What is the boiling point of water?",
    )
    library = Library.local(tmp_path, embedder)
    library.add(one.document for one in read(SEED))
    expected = [library.search(question) for question in questions]
    library.close()
    damage(tmp_path)
    again = Library.local(tmp_path, embedder)
    assert [again.search(question) for question in questions] == expected
    again.close()


def test_what_was_acknowledged_is_there_without_closing(tmp_path: Path) -> None:
    library = Library.local(tmp_path, words())
    library.add([document(STORM), document(RAIN)])
    library.remove(document(RAIN).id)
    embedder = words()
    other = Library.local(tmp_path, embedder)
    assert asked(other) == asked(library)
    assert embedder.embedded == 0
    other.close()
    library.close()


def nearest(library: Library, question: str) -> set[str]:
    """The documents of the passages found first."""
    return {candidate.passage.document_id for candidate in library.search(question, depth=1).candidates}


def test_an_interrupted_add_keeps_whole_batches_and_the_rest_may_be_added(tmp_path: Path) -> None:
    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    names = ("alpha", "beta", "gamma", "delta")
    documents = [document(f"{name} " * 300) for name in names]
    ids = [one.id for one in documents]
    library = Library.local(tmp_path, WordEmbedder(*names, max_tokens=1))
    with pytest.raises(KeyboardInterrupt):
        library.add(documents, progress=interrupt)
    assert [(one.id, one.passages) for one in library.summaries()] == [(ids[0], 300), (ids[1], 300)]
    assert [nearest(library, name) for name in names[:2]] == [{ids[0]}, {ids[1]}]
    assert [one.id for one in library.add(documents).new] == ids[2:]
    assert [nearest(library, name) for name in names] == [{one} for one in ids]
    assert len(library) == 1200
    library.close()


POOL = [
    document(text, context)
    for text in (
        STORM,
        HARBOUR,
        RAIN,
        "Storm. " * 30,
        "你好。今天天气很好！ storm",
        "\ufb03 e\u0301 mast\r\n\r\nrain",
    )
    for context in ("", "crew at sea")
    if text != RAIN or context
]
OPERATIONS = st.tuples(
    st.sampled_from(["add", "add both", "remove", "reopen", "lose"]), st.integers(0, len(POOL) - 1)
)


def by_hand(documents: Iterable[Document], question: str) -> list[Candidate]:
    """What a library of ``documents`` finds, without a library; passages are not numbered."""
    embedder = words()
    passages = [(one.id, passage) for one in documents for passage in prepare(one, embedder)]
    held = [passage.termed.codes.tolist() for _, passage in passages]
    holding = Counter(code for codes in held for code in set(codes))
    statistics = Statistics(len(passages), sum(map(len, held)), holding)
    matches = matched(
        Wanted.of(question, statistics), [passage.termed for _, passage in passages], statistics.average_length
    )
    query = embedder.embed_question(question)
    found = []
    for (document_id, passage), own in zip(passages, matches, strict=True):
        cosines = np.vecdot(passage.vectors.astype(np.float16).astype(np.float32), query).tolist()
        whole = Span(passage.sentences[0].start, passage.sentences[-1].end)
        stored = Passage(0, document_id, whole, passage.sentences)
        found.append(Candidate(stored, cosines[0], tuple(cosines[1:]), own))
    return found


@given(st.lists(OPERATIONS, max_size=10))
@settings(deadline=None, max_examples=25)
def test_any_sequence_of_changes_leaves_what_a_list_of_documents_would(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("library")
    library = Library.local(folder, words())
    held: dict[str, Document] = {}
    for operation, number in operations:
        one, other = POOL[number], POOL[number - 1]
        if operation.startswith("add"):
            added = [one, other] if operation == "add both" else [one]
            library.add(added)
            held |= {each.id: each for each in added if each.id not in held}
        elif operation == "remove" and one.id in held:
            library.remove(one.id)
            del held[one.id]
        elif operation in {"reopen", "lose"}:
            library.close()
            if operation == "lose":
                (folder / "indexes.stamp").unlink()
            library = Library.local(folder, words())
        found = library.search("storm and rain on the mast", depth=100).candidates
        plain = [dataclasses.replace(each, passage=dataclasses.replace(each.passage, id=0)) for each in found]
        assert plain == by_hand(held.values(), "storm and rain on the mast")
    library.close()


def test_with_more_passages_than_are_asked_for_a_rebuilt_index_chooses_the_same(tmp_path: Path) -> None:
    kept = [document(f"Filler {n}.") for n in range(4)] + [
        document("A mast."),
        document("A rope."),
        document("My rope."),
    ]
    gone = [document(f"A mast {n}.") for n in range(10)]
    library = Library.local(tmp_path, WordEmbedder())
    library.add([*kept, *gone])
    for one in gone:
        library.remove(one.id)
    expected = library.search("mast rope", depth=1)
    library.close()
    shutil.rmtree(tmp_path / "words")
    again = Library.local(tmp_path, WordEmbedder())
    found = again.search("mast rope", depth=1)
    again.close()
    assert found == expected
