"""Sentences of MedQuAD (CC BY 4.0) and K-QA (MIT), from the folder that CAVEAT_DATA names.

None is stored in the project, only what the classifier weighs. Two kinds are used: sentences that
somebody has read and labelled (train/medquad.jsonl, train/kqa.jsonl), and unread ones of MedQuAD
that are no advice by their words. No sentence of the development part is among them.
"""

import json
import random
import re

from evaluation.guard import sample_medquad
from services.guard.analysis import analyse
from services.guard.features import features_of
from services.guard.patterns import matches_of
from training.examples import PARTS, Example

SEED = 20261126
# Unread sentences of each of MedQuAD's nine sources, and further ones that speak to the reader.
EACH, TO_THE_READER = 900, 600
_YOU = re.compile(r"\byour?\b", re.IGNORECASE)
_COULD_BE_ADVICE = re.compile(
    r"\byou(?:r (?:child|baby|partner))?(?:'ll| will| also| still| often| may| might)* "
    r"(?:should|must|need|have to|ought|can|could|want)\b"
    r"|\b(?:should|must|ought|avoid|do not|don't|never|try|tips?)\b"
    r"|\b(?:make|be) sure\b|\bimportant (?:to|that|for)\b|\bneed(?:s|ed)? to\b|\bgood idea\b",
    re.IGNORECASE,
)


def labelled() -> tuple[Example, ...]:
    """Return the sentences that were read. Raises sample_medquad.Absent."""
    return tuple(
        Example(
            row["text"],
            row["class"] if row["expected"] == "stop" else "pass",
            f"train/{name}.jsonl",
        )
        for name in ("medquad", "kqa")
        for row in sample_medquad.sound(name, "train")
    )


def unread() -> tuple[Example, ...]:
    """Draw unread sentences; the same ones each time. Raises sample_medquad.Absent."""
    read = {
        json.loads(line)["sentence_sha256"]
        for part in ("development", "train")
        for line in (PARTS / part / "medquad.jsonl").read_text().splitlines()
    }
    chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    found = sample_medquad.places("medquad")
    examples = []
    for source in sorted(found):
        texts = [text for *_, text in found[source]]
        drawn = set(chance.sample(texts, min(EACH, len(texts))))
        further = [text for text in texts if _YOU.search(text) and text not in drawn]
        drawn.update(chance.sample(further, min(TO_THE_READER, len(further))))
        examples += [
            Example(text, "pass", f"MedQuAD, {source}, unread")
            for text in sorted(drawn)
            if sample_medquad.digest(text) not in read and not _could_be_advice(text)
        ]
    return tuple(examples)


def _could_be_advice(text: str) -> bool:
    analysis = analyse(text)
    return bool(
        _COULD_BE_ADVICE.search(analysis.text)
        or "g:instruction act" in features_of(analysis.text)
        or any(matches_of(analysis.clauses))
    )
