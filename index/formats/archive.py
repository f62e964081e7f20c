"""ZIP archives of documents, unpacked within limits."""

import io
import zipfile
import zlib

from lxml import etree

from index.formats.extracted import BrokenFile, EncryptedFile, TooLarge

MAX_UNPACKED_MIB = 64
"""What is unpacked of one archive, all parts together."""
MAX_RATIO = 100
"""How much larger than packed a part may be; real text seldom reaches 20."""
RATIO_FROM_BYTES = 2**20
"""Parts smaller than this, unpacked, may have any ratio."""


class Archive:
    """The parts of a ZIP archive by name."""

    def __init__(self, raw: bytes) -> None:
        """Open it.

        Raises:
            BrokenFile: it is no archive, or not a whole one.
        """
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
            raise BrokenFile(
                "is not a whole ZIP archive, as such files are", remedy="fetch or save it again"
            ) from None
        self._left_bytes = MAX_UNPACKED_MIB * 2**20

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def part(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            BrokenFile: it is not there, or damaged.
            EncryptedFile: it is.
            TooLarge: it would unpack to more than the limits.
        """
        info = self._zip.NameToInfo.get(name)
        if info is None:
            raise BrokenFile(f"lacks the part '{name}'", remedy="save it again with the program that made it")
        if info.flag_bits & 1:
            raise EncryptedFile("is locked by a password", remedy="save it without one")
        if info.file_size > max(RATIO_FROM_BYTES, MAX_RATIO * info.compress_size):
            raise TooLarge(
                f"unpacks to more than {MAX_RATIO} times its size, as only a ZIP bomb does", remedy="do not open it"
            )
        self._left_bytes -= info.file_size
        if self._left_bytes < 0:
            raise TooLarge(f"unpacks to more than {MAX_UNPACKED_MIB} MiB", remedy="cut it into parts")
        try:
            return self._zip.read(info)  # no more than the size that was just checked
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise BrokenFile(f"has a damaged part '{name}' ({error})", remedy="fetch or save it again") from None

    def xml(self, name: str) -> etree._Element:
        """A part as XML; raises as ``part`` does. Entities are left alone and nothing outside is fetched."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(self.part(name), parser)
        except etree.XMLSyntaxError as error:
            raise BrokenFile(
                f"has a damaged part '{name}' ({error.msg})", remedy="fetch or save it again"
            ) from None
