"""What a question asks of documents' metadata, in JSON."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.bodies.metadata import Value as ValueBody
from index.errors import PinciteError
from index.filters import BadFilter, Condition, Dates, Equal, Numbers, between
from index.metadata import MAX_NAMES, Value, checked_name, checked_value

MAX_TESTS = 100
"""Values and ranges in one list."""


class Range(BaseModel):
    """From one number to another, or from one date to another, both included; one side may be left open."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)

    from_: ValueBody | None = Field(None, alias="from")
    to: ValueBody | None = None


Test = ValueBody | Range


def conditions(given: Mapping[str, object]) -> tuple[Condition, ...]:
    """The conditions that ``given``, a name and what is asked of it each, stands for.

    Raises:
        BadFilter, BadMetadata: it is none of the forms, too much, or a value is none that metadata may have.
    """
    if len(given) > MAX_NAMES:
        raise BadFilter(f"the filter has {len(given)} names", remedy=f"give at most {MAX_NAMES}")
    return tuple(Condition(checked_name(name), _tests(name, wanted)) for name, wanted in given.items())


def _tests(name: str, wanted: object) -> tuple[Equal | Numbers | Dates, ...]:
    if not isinstance(wanted, list):
        return (_test(name, wanted),)
    if not 1 <= len(wanted) <= MAX_TESTS:
        raise BadFilter(
            f"the list for '{name}' has {len(wanted)} values", remedy=f"give from 1 to {MAX_TESTS}, or leave it out"
        )
    return tuple(_test(name, one) for one in wanted)


def _test(name: str, wanted: object) -> Equal | Numbers | Dates:
    if isinstance(wanted, Range):
        return between(_end(name, wanted.from_), _end(name, wanted.to))
    if isinstance(wanted, dict) and wanted.keys() <= {"from", "to"}:
        return between(_end(name, wanted.get("from")), _end(name, wanted.get("to")))
    if isinstance(wanted, str | int | float):
        return Equal(checked_value(name, wanted))
    raise BadFilter(
        f"what is asked of '{name}' is no condition",
        remedy='write a value, a list of values, or a range such as {"from": "2024-01-01", "to": "2024-12-31"}',
    )


def _end(name: str, end: object) -> Value | None:
    return None if end is None else checked_value(name, end)


def _checked(given: object) -> object:
    """``given`` if it is a filter: the errors of the library say more than those of each form that does not fit."""
    if isinstance(given, dict) and all(isinstance(name, str) for name in given):
        try:
            conditions(given)
        except PinciteError as error:
            raise ValueError(str(error)) from None
    return given


MetadataFilter = Annotated[
    dict[str, Test | list[Test]],
    BeforeValidator(_checked),
    Field(
        description="Search only documents of which all of this is said: under each name a value (the same one), "
        "a list (any of them) or a range of numbers or dates, both ends included. A document without the name, or "
        "with a value of another kind, is not searched.",
        examples=[{"author": ["Ada Brandt", "Olaf Lund"], "date": {"from": "2024-01-01", "to": "2024-12-31"}}],
    ),
]
