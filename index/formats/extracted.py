"""What a reader takes out of a file's bytes, or why it cannot."""

from dataclasses import dataclass

from index.documents import Page
from index.errors import PinciteError
from index.metadata import NOTHING, Metadata


class UnreadableFile(PinciteError):
    """A file that is not there, cannot be opened, or holds nothing that can be cited."""


class NotMeant(UnreadableFile):
    """A file that nobody meant to add, where it only lies in a folder with others: a picture, say."""


class BrokenFile(UnreadableFile):
    """The bytes are not what the file's name says: cut off, damaged or something else."""


class EncryptedFile(UnreadableFile):
    """The text is locked by a password or by a shop's copy protection."""


class TooLarge(UnreadableFile):
    """The file, or what it unpacks to, is beyond a limit."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A text as it will be stored, shown and cited, with what the file says of it.

    ``title`` is empty where the file names none. ``part`` names one of several texts in a file, which then has a
    SHA-256 of its own. ``notes`` are what a person should know of how it was read, in a few words each.
    """

    text: str
    title: str = ""
    url: str | None = None
    pages: tuple[Page, ...] = ()
    notes: tuple[str, ...] = ()
    part: str = ""
    sha256: str | None = None
    metadata: Metadata = NOTHING
