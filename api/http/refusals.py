"""Why the service refuses what was sent to be stored."""

from index.errors import PinciteError


class BadForm(PinciteError):
    """A form that cannot be read, or that holds no file."""


class KeyInUse(PinciteError):
    """A request of the same Idempotency-Key is under way."""


class KeyUsedBefore(PinciteError):
    """A request of the same Idempotency-Key sent something else."""


class NoLongerThere(PinciteError):
    """What a request of the same Idempotency-Key added was removed since."""


class PreconditionFailed(PinciteError):
    """The document is not the one that the client believes it to be."""
