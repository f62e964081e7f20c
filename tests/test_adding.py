"""Files are added batch by batch, and one that fails stops no other."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from adding_files import BATCH, added
from index.adding import STAGE, Outcome, add_files
from index.library import Library
from index.walking import files_in
from made_files import pdf
from three_texts import HARBOUR, RAIN, STORM, WORDS, document
from word_embedder import WordEmbedder


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder(*WORDS)


@pytest.fixture
def library(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Library]:
    opened = Library.local(tmp_path / "library", embedder)
    yield opened
    opened.close()


def shown(outcomes: list[Outcome]) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(one.status, one.found.source, one.documents, one.why) for one in outcomes]


def test_each_file_has_an_outcome_in_order(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text(STORM, encoding="utf-16")
    (folder / "b.pdf").write_bytes(pdf([]))
    (folder / "c.txt").write_bytes(HARBOUR.encode())
    (folder / "d.xyz").write_bytes(b"?")
    (folder / "e.md").write_bytes(STORM.encode())
    (folder / "f.txt").write_bytes(b"")
    storm, harbour = document(STORM).id, document(HARBOUR).id
    outcomes = shown(added(library, folder))
    assert [one[:3] for one in outcomes] == [
        ("added", "a.txt", (storm,)),
        ("failed", "b.pdf", ()),
        ("added", "c.txt", (harbour,)),
        ("skipped", "d.xyz", ()),
        ("unchanged", "e.md", (storm,)),
        ("failed", "f.txt", ()),
    ]
    assert [outcomes[i][3] for i in (0, 1, 2, 4, 5)] == [
        "read as utf_16",
        f"{folder}/b.pdf: is a scan: its pages are pictures without text; let an OCR program add the text",
        "",
        "",
        f"{folder}/f.txt: there is no text in it; add a file that holds text",
    ]
    assert [one.text for one in map(library.document, (storm, harbour))] == [STORM, HARBOUR]
    assert len(library.summaries()) == 2


def test_a_folder_that_is_added_twice_is_neither_read_nor_embedded_again(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    (folder / "a.txt").write_text(STORM)
    (folder / "b.pdf").write_bytes(pdf([RAIN]))
    first = added(library, folder)
    version, embedded = library.version, embedder.embedded
    again = added(library, folder)
    assert [(one.status, one.documents) for one in again] == [("unchanged", one.documents) for one in first]
    assert (library.version, embedder.embedded) == (version, embedded)


def test_the_same_bytes_as_another_format_are_read_again(library: Library, folder: Path) -> None:
    html = b"<p>The storm broke the mast.</p>"
    (folder / "a.txt").write_bytes(html)
    (folder / "b.html").write_bytes(html)
    assert [one.status for one in added(library, folder)] == ["added", "added"]
    assert [one.status for one in added(library, folder)] == ["unchanged", "unchanged"]


def test_a_file_of_many_documents_is_added_beyond_a_batch_and_says_what_was_there(
    library: Library, folder: Path
) -> None:
    texts = [f"{number}. {STORM}" for number in range(50)]
    (folder / "a.txt").write_text(texts[7])
    (folder / "b.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in texts))
    one, many = added(library, folder)
    assert (one.status, many.status, len(many.documents)) == ("added", "added", 50)
    assert many.why == "1 of 50 were there already"
    assert [d.source for d in library.summaries()][:2] == ["a.txt", "b.jsonl#1"]


def test_a_file_that_fails_behind_its_first_documents_says_that_they_are_there(
    library: Library, folder: Path
) -> None:
    lines = [{"text": STORM}, {"text": RAIN}, {"text": "half an emoji: \ud83d"}, {"text": HARBOUR}]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    storm, rain = document(STORM).id, document(RAIN).id
    assert shown(added(library, folder)) == [
        (
            "failed",
            "a.jsonl",
            (storm, rain),
            f"{folder}/a.jsonl: a.jsonl#3: character 15 is a lone surrogate (U+D83D); save the text again as valid "
            "UTF-8; the 2 documents before it were added",
        )
    ]


def test_progress_counts_files_and_ends_at_all_of_them(library: Library, folder: Path) -> None:
    for name, text in (("a.txt", STORM), ("b.txt", ""), ("c.txt", RAIN)):
        (folder / name).write_text(text)
    seen: list[tuple[str, int, int]] = []
    list(add_files(library, list(files_in(folder)), progress=lambda *one: seen.append(one)))
    assert {(stage, total) for stage, _, total in seen} == {(STAGE, 3)}
    done = [number for _, number, _ in seen]
    assert (done, done[-1]) == (sorted(done), 3)


def test_an_interrupted_addition_goes_on_where_it_was_when_run_again(
    library: Library, folder: Path, embedder: WordEmbedder
) -> None:
    """Each file is a batch of its own; the second is interrupted before it is embedded."""
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"{number}. " + f"{STORM} " * (BATCH // len(STORM) + 1))

    def interrupt(_: str, done: int, __: int) -> None:
        if done == 1 and len(library.summaries()) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(add_files(library, list(files_in(folder)), progress=interrupt, batch_characters=BATCH))
    assert [one.source for one in library.summaries()] == ["0.txt"]
    embedded = embedder.embedded
    assert [one.status for one in added(library, folder)] == ["unchanged", "added", "added"]
    assert embedder.embedded == 3 * embedded
