"""The interface's description as a page at ``/docs``, made of Swagger UI's files from this machine."""

from importlib import resources

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Pincite: the interface</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="interface"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""
START = """SwaggerUIBundle({
  url: "openapi.json", dom_id: "#interface", deepLinking: true,
  validatorUrl: null,  // else it sends the description's address to a service elsewhere
});
"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere; styles inline, for Swagger UI sets some."""
FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
explorer = APIRouter(include_in_schema=False)


@explorer.get("/docs")
def show_interface() -> Response:
    """The page."""
    return Response(PAGE, headers={"Content-Security-Policy": POLICY}, media_type="text/html")


@explorer.get("/docs/start.js")
def start() -> Response:
    """What the page does: nothing stands in it inline, so that nothing inline need be allowed."""
    return Response(START, media_type="text/javascript")


@explorer.get("/docs/{name}")
def show_file(name: str) -> Response:
    """One of Swagger UI's files."""
    if name not in FILES:
        raise HTTPException(404)
    with resources.as_file(resources.files("fastapi_offline") / "static" / name) as path:
        return FileResponse(path, media_type=FILES[name], headers={"Cache-Control": "private, max-age=86400"})
