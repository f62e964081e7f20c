"""The page at ``/`` and the files that it is made of."""

import functools
import hashlib
from importlib import resources

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from api.http.preconditions import is_known

INDEX = "index.html"
MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing from elsewhere, nothing inline; the last two forbid scripts to turn any string into HTML or code."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
page = APIRouter(include_in_schema=False)


@page.get("/")
def show_page(request: Request) -> Response:
    """The page."""
    return _answer(INDEX, request)


@page.get("/page/{name}")
def show_file(name: str, request: Request) -> Response:
    """One of the files that the page asks for."""
    return _answer(name, request)


def _answer(name: str, request: Request) -> Response:
    content = _files().get(name)
    if content is None:
        raise HTTPException(404)
    headers = {**HEADERS, "ETag": f'"{hashlib.sha256(content).hexdigest()}"'}
    if is_known(request.headers.getlist("if-none-match") or None, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=MEDIA_TYPES[name.rpartition(".")[2]])


@functools.cache
def _files() -> dict[str, bytes]:
    """Every file of the page by its name, read on the first request."""
    folder = resources.files("api") / "page"
    return {
        file.name: file.read_bytes() for file in folder.iterdir() if file.name.rpartition(".")[2] in MEDIA_TYPES
    }
