"""E-mails: who wrote what to whom and when, and the body."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from index.formats.blocks import text_of
from index.formats.extracted import BrokenFile, Extracted
from index.formats.plain import decoded
from index.metadata import Metadata

_SHOWN = ("Subject", "From", "To", "Date")


def read(raw: bytes) -> Iterator[Extracted]:
    """The headers that people read, a blank line, and the body; attachments are left out and said so."""
    message = message_from_bytes(raw, policy=policy.default)
    headers = [f"{name}: {_flat(message[name])}" for name in _SHOWN if message[name]]
    if not headers:
        raise BrokenFile("has none of an e-mail's headers", remedy="save the message again as .eml")
    attached = sum(1 for _ in message.iter_attachments())
    notes = (f"{attached} attachment{'s' * (attached > 1)} left out",) if attached else ()
    text = "\n".join(headers) + "\n\n" + _body(message)
    title = _flat(message["Subject"] or "")
    yield Extracted(text.rstrip() + "\n", title=title, notes=notes, metadata=_metadata(message))


def _metadata(message: EmailMessage) -> Metadata:
    """Addresses without the names beside them, the date, and the subject."""
    date = getattr(message["Date"], "datetime", None)
    return Metadata.stated(
        {
            "from": _addresses(message["From"]),
            "to": _addresses(message["To"]),
            "date": date.isoformat() if date else "",
            "subject": _flat(message["Subject"] or ""),
        }
    )


def _addresses(header: object) -> str:
    found = [one.addr_spec for one in getattr(header, "addresses", ())]
    return ", ".join(found) if all(found) else _flat(header)


def _body(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, UnicodeError):  # an encoding that nobody knows
        payload = part.get_payload(decode=True)
        content = decoded(payload)[0] if isinstance(payload, bytes) else ""
    content = content.replace("\r\n", "\n")
    if part.get_content_subtype() != "html":
        return content
    from index.formats.webpage import tree

    return text_of(tree(content)) if content.strip() else ""


def _flat(header: object) -> str:
    return " ".join(str(header).encode("utf-8", "replace").decode().split())
