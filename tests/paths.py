"""Where the project's own files are."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SEED = SEEDS / "000_90540d4fb70059aa.txt"
QUESTIONS = ROOT / "tests" / "quality" / "seed_article.jsonl"
