"""The recipe of the classifier that screens questions."""

from collections.abc import Collection, Sequence

from services.guard.analysis import analyse
from services.guard.screening import learned
from services.guard.screening.reading import read
from training.examples import Example, lines_of

FILES = ("train/questions*.jsonl", "development/questions.jsonl")


def examples() -> Sequence[Example]:
    """Read the questions with the disposition that each should get."""
    return [
        Example(row["question"], row["expected"], name, row["attack"] or "")
        for name, row in lines_of(*FILES)
    ]


def features(text: str) -> Collection[str]:
    """See a question as the guard sees it."""
    return learned.features(read(analyse(text).text.replace("\n", " ")))
