"""How often one client may ask: the answer says how many requests are left."""

import ipaddress

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.policy import need_of
from api.http.errors import answer_to
from api.http.rates import Rate, Rates, TooManyRequests

NETWORK_BITS = 64
"""Of an IPv6 address: the rest is its owner's to choose."""

CHARGE = "charge"
"""Where a request's state holds what counts further requests that it stands for."""


class Throttle:
    """Counts requests by key, or by address where there are no keys; those that need no key are free.

    Every answer says what is left, as the IETF's draft of the RateLimit header fields has it.
    """

    def __init__(self, app: ASGIApp, *, rates: Rates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the problem."""
        if scope["type"] != "http" or need_of(scope["method"], scope["path"]) == "nothing":
            await self._app(scope, receive, send)
            return
        client = _client(scope)
        rate = self._rates.ask(client)

        def charge(cost: int) -> None:
            nonlocal rate
            rate = self._rates.ask(client, cost)
            if not rate.allowed:
                raise self._refusal(rate, cost)

        async def send_with_rate(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Policy"] = self._rates.policy
                headers["RateLimit"] = f'"minute";r={rate.remaining};t={rate.seconds}'
                if not rate.allowed:
                    headers["Retry-After"] = str(rate.seconds)
            await send(message)

        if rate.allowed:
            scope.setdefault("state", {})[CHARGE] = charge
            await self._app(scope, receive, send_with_rate)
        else:
            await answer_to(self._refusal(rate, 1))(scope, receive, send_with_rate)

    def _refusal(self, rate: Rate, cost: int) -> TooManyRequests:
        if cost < self._rates.per_minute:  # beside the request itself
            return TooManyRequests("this client asks too often", remedy=f"ask again in {rate.seconds} s")
        return TooManyRequests(
            "so many questions are more than this client may ask in a minute",
            remedy=f"ask at most {self._rates.per_minute} at once",
        )


def _client(scope: Scope) -> str:
    if key_id := scope.get("state", {}).get("key_id"):
        return f"key {key_id}"
    host = scope["client"][0] if scope.get("client") else ""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:  # not TCP
        return str(host)
    return str(ipaddress.ip_network((host, NETWORK_BITS), strict=False)) if version == 6 else str(host)
