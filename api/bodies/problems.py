"""The body of every error."""

from pydantic import BaseModel


class Problem(BaseModel):
    """RFC 9457: what was wrong, and what to do; ``errors`` says where, ``instance`` in which request."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    errors: list[dict[str, str]] = []
    instance: str | None = None
