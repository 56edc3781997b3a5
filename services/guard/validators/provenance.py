"""What a source may carry: nothing once withdrawn or outdated, and approval only from who knows.

Part of the family `citation`. A source or a date that nobody knows never stops a sentence.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from caveat.model import Passage, Source, SourceType
from services.guard.examination import Examination, Hit, Statement

RULES = ("citation.stale", "citation.retracted", "claim.availability")
THRESHOLDS = ("days",)

_STALE, _RETRACTED, _AVAILABILITY = RULES
_SAYS_WHAT_IS_APPROVED = (SourceType.LABEL, SourceType.GUIDELINE, SourceType.REGULATOR_PAGE)
_CLAIM = re.compile(
    r"(?<![^\W_])(?:(?:un)?available|(?:un)?approved|approval|(?:un)?licen[sc]ed|authori[sz]ed"
    r"|on the market|marketed)(?![^\W_])",
    re.IGNORECASE,
)
# What is not a treatment may be available without anybody's approval.
_OTHER_THINGS = re.compile(
    r"\b(?:data|information|results?|evidence|details?|help|support|studies|figures|resources?)"
    r" (?:\w+ ){0,3}available|available (?:data|information|evidence|studies|results?|support)"
    r"|approved (?:by|in) (?:an|the|its|their) ethics",
    re.IGNORECASE,
)


def check(
    statement: Statement, passages: Iterable[Passage], examination: Examination
) -> Iterator[Hit]:
    """Look at the sources of the passages that a statement soundly cites."""
    known = {p.source_id: examination.sources.get(p.source_id) for p in passages}
    sources = [source for source in known.values() if source is not None]
    if any(source.retracted for source in sources):
        yield statement.hit(_RETRACTED, "a source of the sentence has been retracted")
    if any(_is_old(source, examination) for source in sources):
        yield statement.hit(_STALE, "a source of the sentence is older than the policy allows")
    if not sources or len(sources) < len(known) or not statement.needs_citation:
        return
    if (span := _claimed(statement)) and not any(_carries(s, examination) for s in sources):
        message = "no label, guideline or regulator is cited for what is available or approved"
        start, end = statement.analysis.original_span(*span)
        yield Hit(_AVAILABILITY, message, statement.sentence.sentence_id, start, end)


def _is_old(source: Source, examination: Examination) -> bool:
    """Tell whether a source is too old on the day of the corpus; an unknown date is not."""
    try:
        updated = date.fromisoformat(source.updated_on or "")
        today = date.fromisoformat(examination.as_of)
    except ValueError:
        return False  # "2018", or nothing: no day is known
    return (today - updated).days > examination.policy.threshold(_STALE, "days")


def _claimed(statement: Statement) -> tuple[int, int] | None:
    text = statement.analysis.text
    match = _CLAIM.search(text)
    return match.span() if match and not _OTHER_THINGS.search(text) else None


def _carries(source: Source, examination: Examination) -> bool:
    """Tell whether a source may say what is approved: a demonstration only under its label."""
    if source.type is SourceType.DEMONSTRATION_NOTE:
        document = examination.document
        label = examination.policy.demonstration.shown()
        return document is None or label in (document.get("notices") or [])
    return source.type in _SAYS_WHAT_IS_APPROVED
