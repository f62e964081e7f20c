"""Why the service refuses what was sent to be stored."""

from index.errors import PinciteError


class BadForm(PinciteError):
    """A form that cannot be read, or that holds no file."""


class PreconditionFailed(PinciteError):
    """The document is not the one that the client believes it to be."""
