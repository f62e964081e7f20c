"""What was promised of Pincite beside its peers, as ratios of medians of one run."""

from statistics import median
from typing import Any

from benchmarks.criteria import Criterion


def criteria(result: dict[str, Any]) -> list[Criterion]:
    """Those that one run of the peers can decide."""
    subjects, own = result["subjects"], result["subjects"]["Pincite, hybrid"]
    others = [row for row in result["services"] if row["peer"] != "Pincite"]
    [mine] = [row for row in result["services"] if row["name"] == "Pincite, hybrid"]
    hybrid = [ask_ms(one) for one in subjects.values() if one["mode"] == "hybrid" and one is not own]
    peers = [one for one in subjects.values() if one["peer"] != "Pincite"]
    adding = {name: median(rates) for name, rates in result["adding"].items()}
    encoder = adding["sentence-transformers, dense"]
    fastest = max(rate for name, rate in adding.items() if name.partition(",")[0] in {one["peer"] for one in peers})
    resident = [one["rss_mb"] for one in (*peers, *others)]
    starting = result["starting"]
    started = median(starting["services"]["Pincite, hybrid"])
    return [
        Criterion(
            "start to first answer, of the model's own loading", started / median(starting["loading"]), 1 / 3
        ),
        Criterion("a question over HTTP, of the fastest peer's", p50(mine) / min(map(p50, others)), 1 / 3),
        Criterion("a question in process, of the fastest peer's hybrid", ask_ms(own) / min(hybrid), 1 / 4),
        Criterion(
            "questions a second of 8 clients, of the fastest peer's",
            median(mine["rate_8"]) / max(median(row["rate_8"]) for row in others),
            5,
            at_least=True,
        ),
        Criterion("adding, of sentence-transformers alone", adding["Pincite, hybrid"] / encoder, 5, at_least=True),
        Criterion("adding, of the fastest peer", adding["Pincite, hybrid"] / fastest, 4, at_least=True),
        Criterion("memory of the service, of 350 MB", mine["rss_mb"] / 350, 1),
        Criterion("memory of the service, of the smallest peer's", mine["rss_mb"] / min(resident), 1 / 2),
    ]


def ask_ms(subject: dict[str, Any]) -> float:
    """Milliseconds of a question in process, with the number of threads that suits it better."""
    return min(float(median(rounds)) for rounds in subject["ms"].values())


def p50(row: dict[str, Any]) -> float:
    """Milliseconds of a question over HTTP, one client."""
    return float(median(row["p50_ms"]))
