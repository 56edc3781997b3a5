"""disclaimer.* and disclosure.*: the page says what it is, in the policy's own words."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.guard.examination import Examination, Hit
from services.guard.policy import Constant

RULES = ("disclaimer.missing", "disclaimer.altered", "disclosure.ai_generated")


def check(examination: Examination) -> Iterator[Hit]:
    """Look at the assembled document; a draft alone has nothing to disclose yet."""
    document = examination.document
    if document is None:
        return
    policy = examination.policy
    disclaimers = document.get("disclaimers") or {}
    yield from _same(disclaimers.get("top"), policy.top)
    yield from _same(disclaimers.get("closing"), policy.closing)
    by = document.get("by") or {}
    if document.get("sections") and not by.get("generator"):
        yield Hit("disclosure.ai_generated", "the page does not name the software that wrote it")
    notices = document.get("notices") or []
    if _rests_on_demonstrations(document) and policy.demonstration.shown() not in notices:
        yield Hit("disclaimer.missing", "the demonstration label is not on the page")


def _same(shown: Mapping[str, Any] | None, wanted: Constant) -> Iterator[Hit]:
    if not shown:
        yield Hit("disclaimer.missing", f"{wanted.id} is not on the page")
    elif dict(shown) != wanted.shown():
        yield Hit("disclaimer.altered", f"{wanted.id} is not in the policy's words")


def _rests_on_demonstrations(document: Mapping[str, Any]) -> bool:
    sources = document.get("sources") or {}
    return any(source["type"] == "demonstration_note" for source in sources.values())
