"""Whether a request may pass: with a key, or where there are none."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.access.keys import Key, Keys
from api.access.policy import Need, is_loopback, need_of
from index.errors import PinciteError

MAKE_A_KEY = "make a key with 'pincite keys new --role write', and send it as 'Authorization: Bearer KEY'"
BEARER = "bearer "
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Unauthorized(PinciteError):
    """No valid key was sent."""


class Forbidden(PinciteError):
    """Whoever asks may not do that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at of a request: ``headers`` are as they were sent, names in lower case, as Latin-1."""

    method: str
    path: str
    headers: Sequence[tuple[str, str]]

    def values(self, name: str) -> list[str]:
        """Every value of that header."""
        return [value for key, value in self.headers if key == name]


def permit(asked: Asked, keys: Keys | None, *, local: bool) -> Key | None:
    """The key with which the request passes, None where it needs none.

    ``keys`` is None where none was ever made; then it matters whether the service listens to this machine only
    (``local``): there everything is open, elsewhere only reading.

    Raises:
        Unauthorized: a key is needed, and no valid one was sent.
        Forbidden: it may not pass.
    """
    need = need_of(asked.method, asked.path)
    if need == "nothing":
        return None
    if keys is not None:
        return _owner(asked, keys, need)
    if local:
        _require_this_machine(asked)
    elif need == "write":
        raise Forbidden("without API keys nothing can be changed from elsewhere", remedy=MAKE_A_KEY)
    if need == "write" and any(asked.values(name) for name in FORWARDED):
        raise Forbidden("without API keys nothing can be changed through a proxy", remedy=MAKE_A_KEY)
    return None


def _owner(asked: Asked, keys: Keys, need: Need) -> Key:
    sent = asked.values("authorization")
    if not sent:
        raise Unauthorized("the request has no API key", remedy="send one as 'Authorization: Bearer KEY'")
    bearer = len(sent) == 1 and sent[0][: len(BEARER)].lower() == BEARER
    key = keys.owner(sent[0][len(BEARER) :].strip()) if bearer else None
    if key is None:
        raise Unauthorized("the API key is not valid", remedy="send a valid one as 'Authorization: Bearer KEY'")
    if need == "write" and not key.may("write"):
        raise Forbidden("the API key may only read", remedy="send one with the role write")
    return key


def _require_this_machine(asked: Asked) -> None:
    """Refuse what a web page that is open in a browser on this machine can send.

    It can make its own name point to 127.0.0.1 (DNS rebinding) and would be told the answers: so the Host must be a
    loopback name. It can send a form across origins, which would add a document though the page is not told: so an
    Origin must be the service itself. Where a proxy on this machine passes on what others ask, nobody can tell who
    they are: such a request may only read.
    """
    hosts = [host.lower() for host in asked.values("host")]
    if len(hosts) != 1 or not is_loopback(_without_port(hosts[0])):
        raise Forbidden(
            "without API keys the service answers only where it is called 127.0.0.1 or localhost",
            remedy="call it that, or make a key with 'pincite keys new'",
        )
    if any(
        origin.lower() not in (f"http://{hosts[0]}", f"https://{hosts[0]}") for origin in asked.values("origin")
    ):
        raise Forbidden("without API keys the service answers no other page's scripts", remedy=MAKE_A_KEY)


def _without_port(host: str) -> str:
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
