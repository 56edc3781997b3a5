"""The fixed pages of the policy: how a question ends that has no answer of its own. Pure."""

import itertools
import re
from typing import Any

from caveat.model import ConclusionCode, Passage, QuestionConcluded, Source, Verdict
from services.guard.document import (
    Imprint,
    author,
    frame,
    gap_of,
    moment,
    readability,
    sentence,
    slug_of,
)
from services.guard.policy import Page, Policy

_STATUS = {
    ConclusionCode.NOTHING_FOUND: "insufficient_evidence",
    ConclusionCode.TOO_LITTLE_LEFT: "insufficient_evidence",
    ConclusionCode.FAILED: "failed",
}
_VERDICT = {
    "refused": Verdict.REFUSE,
    "insufficient_evidence": Verdict.INSUFFICIENT_EVIDENCE,
    "failed": Verdict.FAILED,
}


def status_of(code: ConclusionCode) -> str:
    """Name the answer status that a conclusion leads to."""
    return _STATUS.get(code, "refused")


def verdict_of(code: ConclusionCode) -> Verdict:
    """Name the verdict that a conclusion leads to."""
    return _VERDICT[status_of(code)]


def conclude(
    conclusion: QuestionConcluded,
    policy: Policy,
    imprint: Imprint,
    nearest: tuple[tuple[Passage, Source], ...] = (),
) -> dict[str, Any]:
    """Build the page of a conclusion, without its `guard` part or a word of the question."""
    page = policy.pages[conclusion.code]
    region = conclusion.region if re.fullmatch(r"[A-Z]{2}", conclusion.region) else ""
    care, explain, gap = _numbered(page.care_text, page.explain, _gap_text(page, conclusion))
    steps = [{"label": step.label, "href": step.href} for step in page.you_can]
    steps += [{"label": f"{s.title} ({s.publisher})", "href": s.url} for s in _distinct(nearest)]
    texts = care | explain | gap
    return {
        **frame(imprint, policy, lang="en", region=region),
        "status": status_of(conclusion.code),
        "status_reason": str(conclusion.code),
        "title": page.title,
        "slug": slug_of(page.title),
        "question": {"text": None, "redacted": False, "asked_on": conclusion.asked_on or None},
        "answer_kind": "unknown",
        "dates": {
            "answered_at": moment(imprint.decided_at),
            "evidence_as_of": None,
            "next_check_due": None,
        },
        "by": author(policy, None),
        "care": _care(page, list(care), policy, region) if care else None,
        "outcome": {
            "code": str(conclusion.code),
            "headline": page.headline,
            "explain": list(explain),
            "you_can": steps,
        },
        "gaps": [gap_of(told, conclusion.kinds_searched, None) for told in gap],
        "sentences": {s: sentence(text, "navigation") for s, text in texts.items()},
        "readability": readability(texts.values()),
    }


def _gap_text(page: Page, conclusion: QuestionConcluded) -> tuple[str, ...]:
    """Say that nothing was found only where something was searched."""
    return (page.gap,) if page.gap and conclusion.kinds_searched else ()


def _numbered(*parts: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """Give every sentence of the page its id, in reading order."""
    numbers = itertools.count(1)
    return tuple({f"s{next(numbers)}": text for text in part} for part in parts)


def _care(page: Page, told: list[str], policy: Policy, region: str) -> dict[str, Any]:
    return {
        "level": page.care_level,
        "text": told,
        "contacts": [
            {"label": c.label, "tel": c.tel, "region": c.region or None}
            for c in policy.contacts_for(page, region)
        ],
    }


def _distinct(nearest: tuple[tuple[Passage, Source], ...]) -> list[Source]:
    return list({source.source_id: source for _, source in nearest}.values())
