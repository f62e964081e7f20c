"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """``rounds`` of everything, every size in turn in each; the rest is for one size in one round.

    ``questions`` are asked by each number of clients, ``added`` paragraphs added. ``corpus`` is the smaller of the
    two corpora whose adding is compared in memory, the other is ten times as large; ``vectors`` are an index's.
    """

    rounds: int = 5
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    questions: int = 160
    added: int = 128
    corpus: int = 500
    vectors: tuple[int, ...] = (1_000, 10_000, 100_000, 300_000, 1_000_000)


FULL = Plan()
REHEARSAL = Plan(1, (300, 1_000), questions=32, added=8, corpus=20, vectors=(1_000, 3_000))
CLIENTS = (1, 8, 32)
