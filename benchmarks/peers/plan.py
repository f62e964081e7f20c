"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """``rounds`` of everything, each subject taking its turn in each; the rest is for one subject in one round.

    ``questions`` are asked in process with the library's own number of threads, ``fewer`` with one; ``alone`` and
    ``together`` over HTTP, by one client and by eight; ``added`` are paragraphs.
    """

    rounds: int = 5
    paragraphs: int = 10_000
    questions: int = 100
    fewer: int = 30
    alone: int = 80
    together: int = 160
    added: int = 150


FULL = Plan()
QUICK = Plan(questions=40, fewer=15, alone=40, together=80, added=96)
REHEARSAL = Plan(rounds=1, paragraphs=300, questions=6, fewer=2, alone=3, together=16, added=8)
CLIENTS = 8
