"""form.*: a draft and its sentences are of a size that can be judged in bounded time."""

from collections.abc import Iterator

from services.guard.examination import OVERSIZE, Examination, Hit

RULES = (OVERSIZE,)

# What the policy must set for the rule, in code points or in pieces.
THRESHOLDS = ("sentences", "citations", "draft_characters", "sentence_characters")


def check(examination: Examination) -> Iterator[Hit]:
    """Report what was measured; a draft that is too large as a whole has no sentences here."""
    if examination.oversize:
        yield Hit(OVERSIZE, examination.oversize)
    for statement in examination.statements:
        if statement.oversize:
            sentence = statement.sentence
            message = "is longer than a sentence may be"
            yield Hit(OVERSIZE, message, sentence.sentence_id, 0, len(sentence.text))
