"""Where a library's Milvus is, and which of its collections are the library's."""

import re
from dataclasses import dataclass, field

from index.errors import PinciteError

_PREFIX = re.compile(r"[A-Za-z_]\w{0,63}", re.ASCII)


class BadAddress(PinciteError):
    """Nothing can be found where the settings point."""


@dataclass(frozen=True, slots=True)
class Address:
    """``uri`` as pymilvus takes it, ``http://127.0.0.1:19530`` say; names of collections begin with ``prefix``."""

    uri: str
    token: str = field(default="", repr=False)
    prefix: str = "pincite"

    def __post_init__(self) -> None:
        if not self.uri.startswith(("http://", "https://", "tcp://")):
            raise BadAddress(
                f"'{self.uri}' is not the address of a Milvus server", remedy="write it as http://127.0.0.1:19530"
            )
        if not _PREFIX.fullmatch(self.prefix):
            raise BadAddress(
                f"'{self.prefix}' cannot begin the names of Milvus' collections",
                remedy="use up to 64 letters, digits and underscores, a letter first",
            )
