"""Documents and questions made by rule: harbour books, with letters that take one to four bytes."""

import random
from dataclasses import dataclass

SHIPS = ("Aurora", "Bergljót", "Cormorant", "Dröttning", "Étoile", "Føhn", "Gannet", "Håkon", "Iðunn", "Juno")
PORTS = ("Skerry", "Ålesund", "Łeba", "Nuuk", "Porto", "Σύρος", "Jaffa (יפו)", "Tórshavn", "Vardø", "Zadar")
CARGOES = ("salted cod", "oak timber", "tea 🍵", "rope", "copper ore", "barley", "glass", "linen", "coal", "salt")
CAPTAINS = ("Ada Holm", "Bjørn Dahl", "Chloé Roux", "Dušan Kos", "Edith Ward", "Fátima Reis", "Gwen Pryce")
MONTHS = ("January", "March", "April", "June", "August", "October", "December")
MANNERS = ("without loss", "after two days of fog", "under tow", "with a split mast", "a day early", "at night 🌒")
ENTRIES = 8


@dataclass(frozen=True, slots=True)
class Made:
    """A text, its title, and questions that it answers."""

    title: str
    text: str
    questions: tuple[str, ...]


def book(number: int) -> Made:
    """The book of that number: the same number gives the same text, and another number another one."""
    chosen = random.Random(number)  # noqa: S311
    ending = chosen.choice(("\n", "\r\n"))
    paragraphs, questions = [f"The harbour book of berth {number}."], []
    for entry in range(chosen.randint(3, ENTRIES)):
        ship, port, cargo = chosen.choice(SHIPS), chosen.choice(PORTS), chosen.choice(CARGOES)
        captain, tons = chosen.choice(CAPTAINS), chosen.randint(3, 900)
        paragraphs.append(
            f"On {chosen.randint(1, 28)} {chosen.choice(MONTHS)} {1800 + chosen.randrange(120)} the {ship} reached "
            f"{port} {chosen.choice(MANNERS)}. Captain {captain} declared {tons} tons of {cargo} at berth "
            f"{number}. The master asked {chosen.randint(2, 90)} crowns for entry {entry + 1}, and was paid."
        )
        questions += [
            f"How many tons of {cargo} did Captain {captain} declare at berth {number}?",
            f"When did the {ship} reach {port}?",
        ]
    return Made(f"Harbour book {number}", (ending * 2).join(paragraphs), tuple(questions))
