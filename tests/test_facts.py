"""What a claim may not change of its evidence."""

import pytest
from hypothesis import given

from any_text import TEXTS
from qa.generating.facts import unfounded, without_names, without_numbers

EVIDENCE = (
    "On 19 March 2020, Ada Brandt of the U.S. Army told the BBC that “three lamps, not more,” had lit the tower "
    "of Skerry for 1,200 nights at 5% of the cost."
)


@pytest.mark.parametrize(
    "claim",
    [
        EVIDENCE,
        "Ada Brandt told the BBC that 3 lamps had lit the tower.",
        "The tower was lit for 1200 nights.",
        "It was lit at five per cent of the cost.",
        "On March 19th, 2020, Brandt spoke to the BBC.",
        'She said "three lamps, not more" had lit it.',
        "Ada of the US Army spoke of “three lamps … not more”.",
        "In March, Ada Brandt spoke.",
        "It was green.",
        "",
    ],
)
def test_a_claim_whose_facts_stand_in_the_evidence_lacks_nothing(claim: str) -> None:
    assert unfounded(claim, EVIDENCE) == ()


@pytest.mark.parametrize(
    ("claim", "lacking"),
    [
        ("There were four lamps.", ("the number “four”",)),
        ("There were 3 million lamps.", ("the number “3”",)),
        ("There were 30 lamps at 5 of the cost.", ("the number “30”", "the number “5”")),
        ("In 2021 Ada spoke.", ("the number “2021”",)),
        ("It was the third lamp on the 20th.", ("the number “20”",)),
        ("The tower had 3B lamps.", ("the figure “3B”",)),
        ("Eva Brandt told the BBC.", ("the name “Eva”",)),
        ("Ada Brandt told CNN.", ("the name “CNN”",)),
        ("Norway lit the tower.", ("the name “Norway”",)),
        ("The BBC told Ada Brandt.", ("the names in this order",)),
        ("She said “four lamps”.", ("the number “four”", "the quotation “four lamps”")),
        ("She said “three lamps, never", ("the quotation “three lamps, never”",)),
        ("It was lit for more than 1,200 nights.", ("“more than”",)),
        ("It was lit for at most 1,200 nights.", ("“less than”",)),
    ],
)
def test_what_the_evidence_lacks_is_named(claim: str, lacking: tuple[str, ...]) -> None:
    assert unfounded(claim, EVIDENCE) == lacking


def test_a_denial_and_a_refusal_need_one_in_the_evidence() -> None:
    evidence = "Ada painted the tower."
    assert unfounded("Ada did not paint the tower.", evidence) == ("a denial",)
    assert unfounded("Ada refused to paint the tower.", evidence) == ("a refusal",)
    assert unfounded("Ada didn’t paint the tower.", "It is unknown whether Ada painted the tower.") == ()


def test_names_alone_may_stand_in_the_sentence_before() -> None:
    before, evidence = "Ada Brandt came in 1911.", "She painted three lamps."
    assert unfounded("Ada Brandt painted three lamps.", evidence, before=before) == ()
    assert unfounded("In 1911 Ada Brandt painted.", evidence, before=before) == ("the number “1911”",)


def test_words_that_are_neither_names_nor_numbers_are_told_apart() -> None:
    assert without_numbers("In 1911 Ada lit three lamps.").split() == ["In", "Ada", "lit", "lamps."]
    assert without_names("The US painted it, Ada Brandt said.") == "The painted it said"


@given(TEXTS, TEXTS)
def test_no_text_makes_it_fail(claim: str, evidence: str) -> None:
    assert isinstance(unfounded(claim, evidence), tuple)


@given(TEXTS)
def test_a_text_lacks_nothing_of_itself(text: str) -> None:
    assert unfounded(text, text) == ()
