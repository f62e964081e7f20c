"""What the interface's description says of API keys."""

from typing import Any

from fastapi import FastAPI

from api.access.policy import need_of

SCHEME = "key"
OPTIONAL: list[dict[str, list[str]]] = [{}, {SCHEME: []}]
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key that 'pincite keys new' made; needed as soon as the service has one.",
}
REFUSALS = {  # by what stands before the routes
    "401": "The service has API keys, and the request none that is valid.",
    "403": "The API key may only read, or without keys the request comes from elsewhere.",
    "408": "The request's body came too slowly.",
    "429": "The key, or the address, has asked too often.",
}


class DescribedApp(FastAPI):
    """An application whose description tells of the keys, which no route knows: the gate stands before them."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            schema = super().openapi()
            schema["components"]["securitySchemes"] = {SCHEME: BEARER}
            for path, operations in schema["paths"].items():
                for method, operation in operations.items():
                    if need_of(method.upper(), path) != "nothing":
                        _declare(operation)
        return super().openapi()


def _declare(operation: dict[str, Any]) -> None:
    operation["security"] = OPTIONAL
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, meaning in REFUSALS.items():
        operation["responses"][status] = {"description": meaning, "content": content}
