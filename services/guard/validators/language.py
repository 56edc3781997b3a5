"""language.*: no sentence is shown in a language that the rules cannot read."""

from collections.abc import Iterator

from services.guard.examination import Examination, Hit
from services.guard.language import foreign_language_of

RULES = ("language.unread",)


def check(examination: Examination) -> Iterator[Hit]:
    """Look at every sentence: one that no rule understands has not been judged."""
    for statement in examination.statements:
        if not statement.oversize and (name := foreign_language_of(statement.analysis.text)):
            yield statement.hit(RULES[0], f"is not in a language that the rules read ({name})")
