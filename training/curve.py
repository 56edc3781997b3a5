"""How far more train sentences would carry: `python -m training.curve`.

The classifier of advice is trained on a share of all sentences but one author's, and tried on that
author's, whom it has never read. Where the last doubling brings little, more of the same would too.
"""

import json
import random
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from benchmarks.report import table
from services.guard.linear import read_linear
from training.examples import PARTS, Example
from training.fitting import fit
from training.recipes import RECIPES

SHARES = (0.125, 0.25, 0.5, 1.0)
AUTHORS = (
    "development/advice.jsonl",
    "train/advice-third.jsonl",
    "train/attacks-fourth.jsonl",
    "train/attacks-fifth.jsonl",
)
FALSE_STOPS = 0.03
SEED = 20261126
ABOUT = f"""\
# What more sentences would bring

Each figure is the share of an author's advice that is stopped when {FALSE_STOPS:.0%} of the same
author's look-alikes are, by a classifier that was trained on a share of the sentences of all others
(MedQuAD and K-QA included). It is the classifier alone, without patterns, parts of sentences or
disguises. Written by `python -m training.curve`."""


def main() -> int:
    """Write the table to evaluation/guard/reports/learning.md."""
    recipe = RECIPES["advice"]
    examples = list(recipe.examples())
    features = [recipe.features(example.text) for example in examples]
    rows = []
    for author in AUTHORS:
        cells = []
        for share in SHARES:
            caught, number = trial(examples, features, author, share)
            cells.append(f"{100 * caught:.1f} % ({number:,})")
            sys.stderr.write(f"{author}, {share:.1%} of the others: {cells[-1]}\n")
        rows.append((author, *cells))
    head = ("sentences of", *(f"{share:.1%} of the others" for share in SHARES))
    told = f"{ABOUT}\n\n{table(head, rows)}\n"
    report: Path = PARTS / "reports" / "learning.md"
    report.write_text(told, encoding="utf-8")
    sys.stdout.write(told)
    return 0


def trial(
    examples: Sequence[Example],
    features: Sequence[Collection[str]],
    author: str,
    share: float,
) -> tuple[float, int]:
    """Return what is caught of one author, and how many sentences the classifier was trained on."""
    recipe, chance = RECIPES["advice"], random.Random(SEED)  # noqa: S311 - a sample, not a secret
    others = [at for at, example in enumerate(examples) if example.file != author]
    others = chance.sample(others, round(share * len(others)))
    model = fit(
        [features[at] for at in others],
        [examples[at].label for at in others],
        strength=recipe.strength,
        least=recipe.least,
        weakest=recipe.weakest,
        only=recipe.only,
    )
    linear = read_linear(json.dumps(model).encode())
    scores: dict[bool, list[float]] = {True: [], False: []}
    for example, found in zip(examples, features, strict=True):
        if example.file == author:
            scores[example.label == recipe.only].append(linear.scores(found)[0])
    limit = float(np.quantile(scores[False], 1 - FALSE_STOPS))
    return float(np.mean(np.array(scores[True]) > limit)), len(others)


if __name__ == "__main__":
    raise SystemExit(main())
