"""Whether the answer that a client has is the one that it would get now."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from api.bodies.answers import AskResponse
from api.bodies.questions import AskRequest
from api.http.preconditions import Known, is_known, is_named
from index.library import Library
from qa.questions import cleaned

REVALIDATED = {"Cache-Control": "private, no-cache"}


@dataclass(frozen=True, slots=True)
class Freshness:
    """Tells one request's answers apart; ``run`` names the run of the service.

    Within one run neither settings nor models change but with the index version, which is no library's own: another
    one could reach the same. The tag is weak, for ``took_ms`` is another each time.
    """

    run: str
    body: AskRequest
    known: Known

    def tag(self, index_version: str) -> str:
        """The entity tag of the answer from the index of that version."""
        made_of = json.dumps([self.run, index_version, self.body.model_dump_json()])
        return f'W/"{hashlib.sha256(made_of.encode()).hexdigest()}"'

    async def unchanged(self, library: Library) -> Response | None:
        """The response to a client that has the answer already; None where it has to be asked for.

        Raises:
            BadQuestion: there cannot be one.
        """
        if not self.known or self.body.generate:
            return None
        cleaned(self.body.question)
        tag = self.tag(await run_in_threadpool(library.latest_version))
        return _not_modified(tag) if is_named(self.known, tag) else None

    def marked(self, answer: AskResponse, response: Response) -> AskResponse | Response:
        """``answer`` with its tag in ``response``, or that it is known; without one where another try may differ.

        That is where a language model writes, and where time was not enough to read all that was to be read.
        """
        if self.body.generate or (answer.read and not answer.read.complete):
            return answer
        tag = self.tag(answer.index_version)
        if is_known(self.known, tag):
            return _not_modified(tag)
        response.headers.update(_headers(tag))
        return answer


def _not_modified(tag: str) -> Response:
    return Response(status_code=304, headers=_headers(tag))


def _headers(tag: str) -> Mapping[str, str]:
    return {"ETag": tag, **REVALIDATED}
