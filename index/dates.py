"""How much time a date written in ISO 8601 stands for."""

import calendar
import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<time>\d\d:\d\d(?P<second>:\d\d(?P<part>\.\d{1,6})?)?)(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Moments:
    """From the first to the last microsecond, both included; counted from the beginning of 1970, UTC."""

    first: int
    last: int


def moments(text: str) -> Moments | None:
    """All the time that a date names, None where ``text`` is none.

    ``2024``, ``2024-05`` and ``2024-05-17`` stand for a whole year, month and day; a time of day may follow after
    ``T`` or a space, to the minute, the second or a fraction of it. Without a zone it counts as UTC.
    """
    found = _ISO.fullmatch(text)
    if not found:
        return None
    month, day = found["month"] or "01", found["day"] or "01"
    zone = (found["zone"] or "Z").replace("Z", "+00:00")
    try:
        begin = datetime.fromisoformat(f"{found['year']}-{month}-{day}T{found['time'] or '00:00'}{zone}")
    except ValueError:  # such as 30 February
        return None
    first = (begin - _EPOCH) // _MICROSECOND
    return Moments(first, first + _length(found, begin) // _MICROSECOND - 1)


def normalised(text: str) -> str:
    """A date as web pages and books write it, in the form that ``moments`` reads; empty where it is none."""
    written = text.strip()
    if moments(written):
        return written
    with contextlib.suppress(ValueError):
        found = datetime.fromisoformat(written.replace("/", "-"))
        return found.isoformat() if ":" in written or "T" in written else found.date().isoformat()
    with contextlib.suppress(ValueError, TypeError, IndexError):
        return parsedate_to_datetime(written).isoformat()
    return ""


def _length(found: re.Match[str], begin: datetime) -> timedelta:
    if found["part"]:
        return _MICROSECOND
    if found["time"]:
        return timedelta(seconds=1) if found["second"] else timedelta(minutes=1)
    if found["day"]:
        return timedelta(days=1)
    if found["month"]:
        return timedelta(days=calendar.monthrange(begin.year, begin.month)[1])
    return timedelta(days=366 if calendar.isleap(begin.year) else 365)
