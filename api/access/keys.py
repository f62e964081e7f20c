"""API keys: made, hashed, and found again by what a client sends."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["read", "write"]
PREFIX = "pincite_"
RANDOM_BYTES = 32
ID_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key: all but the key itself; ``created`` is in UTC, ``digest`` 32 bytes."""

    name: str
    role: Role
    created: datetime
    digest: bytes

    @property
    def id(self) -> str:
        """The beginning of the digest: names the key, and tells nothing of it."""
        return self.digest.hex()[:ID_DIGITS]

    def may(self, role: Role) -> bool:
        """Whether it allows what needs ``role``: who may write may read."""
        return role in ("read", self.role)


def make(name: str, role: Role, *, created: datetime) -> tuple[str, Key]:
    """A new key: what the client sends, which exists nowhere else, and what is kept of it."""
    secret = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    return secret, Key(name, role, created, digest(secret))


def digest(secret: str) -> bytes:
    """The SHA-256 of a key.

    Slow, salted hashes protect what people choose and reuse. A key is 256 random bits: nobody can try them all, and
    no table of them can be made. So a fast hash suffices, and no request pays for a slow one.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Keys:
    """The keys that are valid; ``equal`` compares two digests in a time that does not depend on them."""

    def __init__(self, keys: Sequence[Key], *, equal: Callable[[bytes, bytes], bool] = hmac.compare_digest) -> None:
        self._keys = tuple(keys)
        self._equal = equal

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def owner(self, secret: str) -> Key | None:
        """The key whose secret that is, None where there is none.

        Every stored digest is compared, in full, also after one was equal. So the time tells neither which key it
        was nor how much of one was guessed; and what is compared are hashes, whose beginning nobody can choose.
        """
        sent = digest(secret)
        same = [key for key in self._keys if self._equal(key.digest, sent)]
        return same[0] if same else None
