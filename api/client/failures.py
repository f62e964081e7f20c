"""What can go wrong between a client and a service."""

from api.bodies.problems import Problem
from index.errors import PinciteError


class ServiceUnreachable(PinciteError):
    """Nothing answers at the address, or what answers is not Pincite."""


class ServiceRefused(PinciteError):
    """The service answered with a problem, which is ``problem_body``: its type, status, detail and remedy."""

    def __init__(self, body: Problem) -> None:
        super().__init__(body.detail, remedy=body.remedy)
        self.problem_body = body

    @property
    def status(self) -> int:
        """The HTTP status: 404 for a document that is not there, 503 for a service that is not ready."""
        return self.problem_body.status


class BadArgument(PinciteError):
    """Something that no service takes, said before anything is sent."""
