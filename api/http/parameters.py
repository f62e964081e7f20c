"""Query parameters that a route does not know are refused, so that who misspells one is told."""

from collections.abc import Iterator

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute


async def _known(request: Request) -> None:
    if not request.query_params:
        return
    route = request.scope["route"]
    known = list(_taken(route.dependant)) if isinstance(route, APIRoute) else []
    there_are = f"there are {', '.join(known)}" if known else "none are taken here"
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": f"no such parameter; {there_are}"}
                for name in unknown
            ]
        )


def _taken(dependant: Dependant) -> Iterator[str]:
    """The query parameters that a route takes, itself or by what it depends on."""
    yield from (field.alias for field in dependant.query_params)
    for one in dependant.dependencies:
        yield from _taken(one)


KNOWN_ONLY = [Depends(_known)]
