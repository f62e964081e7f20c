"""The parts of a page that are made from committed results."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README, ARCHITECTURE = ROOT / "README.md", ROOT / "ARCHITECTURE.md"


def put(text: str, page: Path, *, begin: str, end: str) -> None:
    """Write ``text`` between two marks of the page, in the place of what stands there."""
    head, _, rest = page.read_text(encoding="utf-8").partition(begin)
    page.write_text(head + begin + text + end + rest.partition(end)[2], encoding="utf-8")
