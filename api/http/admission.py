"""How many questions are worked on at once: the others wait, or are refused before it takes long."""

from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.policy import is_question
from api.http.errors import answer_to
from api.http.places import Gone, Overloaded, Places

LEAVE = "leave_place"
"""Where a request's state holds what gives its place back early: waiting for others is no work."""

GIVE_WAY = "give_way"
"""Where it holds what lets others go first, between one piece of work and the next."""


class Admission:
    """Gives each question a place at work before it comes to a route, and with it to a thread.

    A question's body is read before, so that a slow sender holds no place.
    """

    def __init__(self, app: ASGIApp, *, places: Places) -> None:
        self._app = app
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no question at once, and a question when it is its turn."""
        if scope["type"] != "http" or not is_question(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            body = await Request(scope, receive).body()
            async with self._places.taken(partial(until_gone, receive)) as leave:
                scope.setdefault("state", {}).update({LEAVE: leave, GIVE_WAY: self._places.give_way})
                await self._app(scope, _with_body(body, receive), send)
        except Overloaded as error:
            await answer_to(error)(scope, receive, send)
        except (Gone, ClientDisconnect):
            return


async def until_gone(receive: Receive) -> None:
    """Wait until the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _with_body(body: bytes, receive: Receive) -> Receive:
    """What receives ``body``, and then whatever else comes."""
    rest: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return rest.pop() if rest else await receive()

    return receive_again
