"""Passages are whole sentences within the model's limit, and leave nothing out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from any_text import TEXTS, assert_cut
from index.chunking import WIDEST, TokenSpans, cut
from index.compiled import CompiledEmbedder
from index.embedding import TokenOffsets
from index.sentences import split
from word_embedder import WordEmbedder

words = WordEmbedder().token_spans


def characters(text: str) -> TokenOffsets:
    """Every visible character is a token."""
    spans = [(i, i + 1) for i, character in enumerate(text) if not character.isspace()]
    return np.array(spans, dtype=np.int64).reshape(-1, 2)


def sentence(length: int) -> str:
    return " ".join(["Word", *["word"] * (length - 1)]) + "."


def paragraph(*lengths: int) -> str:
    """Sentences of that many words."""
    return " ".join(map(sentence, lengths))


def passages(text: str, max_tokens: int, tokens: TokenSpans = words) -> list[str]:
    return [passage.span.of(text) for passage in cut(text, tokens, max_tokens=max_tokens)]


def test_a_paragraph_is_a_passage_of_its_sentences() -> None:
    first, second = paragraph(20, 40), paragraph(50)
    text = f"{first}\n\n{second}"
    found = cut(text, words, max_tokens=100)
    assert [passage.span.of(text) for passage in found] == [first, second]
    assert [[s.of(text) for s in passage.sentences] for passage in found] == [
        [sentence(20), sentence(40)],
        [second],
    ]


@pytest.mark.parametrize("blank", ["\n\n", "\r\n\r\n", "\r\r", "\n \t\n", "\n\n\n\n"])
def test_a_blank_line_of_any_kind_ends_a_paragraph(blank: str) -> None:
    assert passages(paragraph(60) + blank + paragraph(60), 100) == [paragraph(60), paragraph(60)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_line_end_alone_does_not(line_end: str) -> None:
    text = paragraph(30) + line_end + paragraph(30)
    assert passages(text, 100) == [text]


def test_a_heading_shares_a_passage_with_what_follows() -> None:
    text = f"Annual Report\n\n{paragraph(60)}\n\nOutlook\n\n{paragraph(70)}"
    assert passages(text, 100) == [
        f"Annual Report\n\n{paragraph(60)}",
        f"Outlook\n\n{paragraph(70)}",
    ]


def test_a_heading_leaves_the_short_paragraphs_before_it_for_what_it_leads_to() -> None:
    items = "\n\n".join(paragraph(25) for _ in range(2))
    text = f"{items}\n\nOutlook\n\n{paragraph(70)}"
    assert passages(text, 200) == [items, f"Outlook\n\n{paragraph(70)}"]


def test_short_paragraphs_share_passages_of_about_the_same_size() -> None:
    text = "\n\n".join(f"{number}. {paragraph(20)}" for number in range(200))
    sizes = sorted(len(words(passage)) for passage in passages(text, 200))
    assert (sizes[0], sizes[len(sizes) // 2], sizes[-1]) == (42, 63, 126)


def test_a_short_end_shares_a_passage_with_what_precedes_where_it_fits() -> None:
    text = f"{paragraph(60)}\n\nThe end."
    assert passages(text, 62) == [text]
    assert passages(text, 61) == [paragraph(60), "The end."]


def test_a_long_paragraph_is_cut_between_sentences_into_even_parts() -> None:
    text = paragraph(*[10] * 12)
    assert passages(text, 100) == [paragraph(*[10] * 6), paragraph(*[10] * 6)]


def test_a_sentence_beyond_the_limit_is_cut_between_words() -> None:
    assert passages("One two three four five, six seven.", 3) == ["One two three", "four five, six", "seven."]


def test_a_word_beyond_the_limit_is_cut_between_characters() -> None:
    assert passages("abcdefghij", 4, characters) == ["abcd", "efgh", "ij"]
    assert passages("你好世界你好。", 4, characters) == ["你好世界", "你好。"]


def test_a_code_point_of_more_tokens_than_the_limit_stands_alone() -> None:
    def three_each(text: str) -> TokenOffsets:
        return np.repeat(characters(text), 3, axis=0)

    assert passages("ab c", 2, three_each) == ["a", "b", "c"]


def test_a_passage_that_has_more_tokens_alone_than_in_its_place_is_cut() -> None:
    def more_alone(text: str) -> TokenOffsets:
        """Two tokens a word, save in the whole text."""
        return words(text) if text == whole else np.repeat(words(text), 2, axis=0)

    whole = paragraph(*[4] * 4) + "\n"
    assert passages(whole, 16, more_alone) == [paragraph(4, 4), paragraph(4, 4)]
    assert passages(whole, 8, more_alone) == [sentence(4)] * 4
    assert passages(whole, 4, more_alone) == ["Word word", "word word."] * 4


def test_a_text_without_visible_characters_has_no_passages() -> None:
    assert cut("", words, max_tokens=9) == cut(" \r\n", words, max_tokens=9) == ()


def test_a_monster_sentence_is_tokenised_a_few_times_and_not_once_a_part() -> None:
    read = 0

    def counted(text: str) -> TokenOffsets:
        nonlocal read
        read += len(text)
        return words(text)

    text = "word " * 20_000
    assert len(cut(text, counted, max_tokens=20)) == 1000
    assert read < 5 * len(text)


@given(TEXTS, st.integers(1, 12))
@settings(deadline=None)
def test_passages_of_any_text_fit_and_are_exact_ordered_and_complete(text: str, limit: int) -> None:
    found = cut(text, words, max_tokens=limit)
    assert_cut(text, [part for passage in found for part in passage.sentences])
    assert_cut(text, [passage.span for passage in found])
    assert [passage for passage in found if len(words(passage.span.of(text))) > limit] == []


@given(TEXTS)
@settings(deadline=None)
def test_sentences_that_fit_are_kept_whole(text: str) -> None:
    found = cut(text, words, max_tokens=10_000)
    assert tuple(part for passage in found for part in passage.sentences) == split(text)


@given(TEXTS, st.integers(8, 40))
@settings(deadline=None)
def test_passages_of_any_text_fit_the_real_model(embedder: CompiledEmbedder, text: str, limit: int) -> None:
    found = cut(text, embedder.token_spans, max_tokens=limit)
    assert_cut(text, [part for passage in found for part in passage.sentences])
    lengths = [len(embedder.token_spans(passage.span.of(text))) for passage in found]
    assert [length for length in lengths if length > limit] == []


@pytest.mark.parametrize("limit", [8, 40, 254])
@pytest.mark.parametrize(
    "text",
    [
        "unbelievable" * 400,
        "a-" * 900,
        "漢字かな" * 300,
        "한국어로 " * 300,
        "e\u0301\u0323" * 600,
        "👩‍👩‍👧" * 300,
        "no stop " * 400,
    ],
    ids=["letters", "hyphens", "CJK", "Korean", "marks", "emoji", "words"],
)
def test_monster_sentences_fit_the_real_model(embedder: CompiledEmbedder, text: str, limit: int) -> None:
    found = cut(text, embedder.token_spans, max_tokens=limit)
    assert_cut(text, [part for passage in found for part in passage.sentences])
    lengths = [len(embedder.token_spans(passage.span.of(text))) for passage in found]
    assert [length for length in lengths if length > limit] == []


@pytest.mark.parametrize(
    "text", ["".join(map(chr, [97] * 5000)) + " b" * 20, "x" + " " * 5000 + "y " * 50, ("z" * 700 + " ") * 30]
)
def test_words_and_gaps_of_any_width_make_no_passage_wide(text: str) -> None:
    """A tokeniser takes a word of 60,000 letters as one token that it does not know."""
    found = cut(text, words, max_tokens=10)
    assert max(len(passage.span) for passage in found) <= 10 * WIDEST
    assert "".join(passage.span.of(text) for passage in found).replace(" ", "") == text.replace(" ", "")


def test_a_word_of_ordinary_width_is_one_token() -> None:
    text = " ".join(["w" * (WIDEST - 1)] * 9) + " " + "v" * (WIDEST - 1)
    assert passages(text, 10) == [text]
