"""Sentences of openly licensed patient information that are surely no advice, as further passes.

They are drawn from MedQuAD (CC BY 4.0) in the folder that CAVEAT_DATA names; none is stored in the
project, only what the classifier weighs. Nobody has labelled them: what could be advice by its
words is left out, and so is every sentence of the development part.
"""

import json
import random
import re
import sys

from services.guard.analysis import analyse
from services.guard.features import features_of
from services.guard.patterns import matches_of
from training.examples import PARTS, Example

sys.path.insert(0, str(PARTS))
import sample_medquad  # noqa: E402 - a program beside the sentences, and no package

SEED = 20261126
EACH = 900  # sentences of each of the nine sources
_COULD_BE_ADVICE = re.compile(
    r"\byou(?:r (?:child|baby|partner))?(?:'ll| will| also| still| often| may| might)* "
    r"(?:should|must|need|have to|ought|can|could|want)\b"
    r"|\b(?:should|must|ought|avoid|do not|don't|never|try|tips?)\b"
    r"|\b(?:make|be) sure\b|\bimportant (?:to|that|for)\b|\bneed(?:s|ed)? to\b|\bgood idea\b",
    re.IGNORECASE,
)


def medquad() -> tuple[Example, ...]:
    """Draw the sentences; the same ones each time. Raises sample_medquad.Absent."""
    labelled = {
        json.loads(line)["sentence_sha256"]
        for line in (PARTS / "development" / "medquad.jsonl").read_text().splitlines()
    }
    chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    found = sample_medquad.places("medquad")
    return tuple(
        Example(text, "pass", f"MedQuAD, {source}")
        for source in sorted(found)
        for *_, text in chance.sample(found[source], min(EACH, len(found[source])))
        if sample_medquad.digest(text) not in labelled and not _could_be_advice(text)
    )


def _could_be_advice(text: str) -> bool:
    analysis = analyse(text)
    return bool(
        _COULD_BE_ADVICE.search(analysis.text)
        or "g:instruction act" in features_of(analysis.text)
        or any(matches_of(analysis.clauses))
    )
