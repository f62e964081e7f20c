"""The route that says what became of a citation."""

from fastapi import APIRouter

from api.bodies.verification import KeptCitation, VerifyResponse
from api.http.dependencies import JSON_ONLY, RESPONSES, Ready
from api.http.parameters import KNOWN_ONLY
from qa import verifying

citations = APIRouter(
    prefix="/v1",
    tags=["citations"],
    dependencies=KNOWN_ONLY,
    responses={status: RESPONSES[status] for status in (400, 413, 415, 422, 503)},
)


@citations.post("/verify", dependencies=JSON_ONLY)
def verify(body: KeptCitation, answerer: Ready) -> VerifyResponse:
    """Say whether a citation still stands, where its words have moved to, or that they are gone.

    Verified: the document of that id has exactly that text at that place. Documents are edited and get another id:
    the words are then looked for in those of the same title, and in all others. Fields that are not known are
    left alone, so that a citation of another version can be verified too.
    """
    return VerifyResponse.of(verifying.verify(body.citation(), answerer.library))
