"""What is said of a document, and what a question asks of that, in JSON."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from index.metadata import MAX_NAMES, BadMetadata
from index.metadata import Metadata as Checked

Value = StrictBool | StrictInt | StrictFloat | StrictStr


def _checked(given: object) -> object:
    """``given`` checked as the library does: its errors say more than those of four types that do not fit."""
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        return given
    try:
        return Checked.of(given).mapping()
    except BadMetadata as error:
        raise ValueError(str(error)) from None


Metadata = Annotated[
    dict[str, Value],
    BeforeValidator(_checked),
    Field(
        description="Names to strings, numbers, booleans and dates (strings in ISO 8601), nothing nested; at most "
        f"{MAX_NAMES} names.",
        examples=[{"author": "Ada Brandt", "date": "2024-05-17", "pages": 12}],
    ),
]
"""What a request gives with a document; ``index.metadata.Metadata.of`` takes it. It is checked already."""
