"""Query parameters that a route does not know are refused, so that who misspells one is told."""

from fastapi import Depends, Request
from fastapi.dependencies.utils import get_flat_dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute


async def _known(request: Request) -> None:
    if not request.query_params:
        return
    route = request.scope["route"]
    taken = get_flat_dependant(route.dependant).query_params if isinstance(route, APIRoute) else []
    known = [field.alias for field in taken]
    there_are = f"there are {', '.join(known)}" if known else "none are taken here"
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": f"no such parameter; {there_are}"}
                for name in unknown
            ]
        )


KNOWN_ONLY = [Depends(_known)]
