"""The root of every error that Pincite raises on purpose."""


class PinciteError(Exception):
    """Something Pincite will not do: what was wrong, and what to do about it.

    Subclasses stand beside the code that raises them; ``api.http.errors`` maps them to HTTP.
    Both parts are sentences without a full stop, fit to be shown to a user.
    """

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy
