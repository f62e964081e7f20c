"""What is prose."""

import pytest

from qa.prose import is_prose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Azerbaijan has taken responsibility (on Wednesday) for 5/6 deaths; Russia “avoided” retaliation.", True),
        ("", True),
        ("def signed(order: Order) -> bool:\n    return order.state == State.SIGNED\n", False),
        ("for (int i = 0; i < n; i++) { total += prices[i]; }", False),
        ('{"name": "pincite", "files": ["a", "b"]}', False),
    ],
)
def test_symbols_tell_a_program_from_prose(text: str, expected: bool) -> None:
    assert is_prose([text]) is expected


def test_texts_are_taken_together() -> None:
    assert is_prose(
        ["x = y;", "Two of the three ships left the harbour the same night, and nobody saw them again. " * 3]
    )
