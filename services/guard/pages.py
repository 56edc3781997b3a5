"""The fixed pages of the policy: how a question ends that has no answer of its own. Pure."""

from typing import Any

from caveat.model import ConclusionCode, Passage, QuestionConcluded, Source, Verdict
from services.guard.document import Imprint, author, frame, moment, readability, sentence, slug_of
from services.guard.policy import Policy

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
    care_ids = [f"s{n}" for n in range(1, len(page.care_text) + 1)]
    explain_ids = [f"s{n}" for n in range(len(care_ids) + 1, len(care_ids) + len(page.explain) + 1)]
    texts = dict(zip((*care_ids, *explain_ids), (*page.care_text, *page.explain), strict=True))
    steps = [{"label": step.label, "href": step.href} for step in page.you_can]
    steps += [{"label": f"{s.title} ({s.publisher})", "href": s.url} for s in _distinct(nearest)]
    care = None
    if page.care_text:
        contacts = policy.contacts_for(page, conclusion.region)
        care = {
            "level": page.care_level,
            "text": care_ids,
            "contacts": [
                {"label": c.label, "tel": c.tel, "region": c.region or None} for c in contacts
            ],
        }
    return {
        **frame(imprint, policy, lang="en", region=conclusion.region),
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
        "care": care,
        "outcome": {
            "code": str(conclusion.code),
            "headline": page.headline,
            "explain": explain_ids,
            "you_can": steps,
        },
        "sentences": {s: sentence(text, "navigation") for s, text in texts.items()},
        "readability": readability(texts.values()),
    }


def _distinct(nearest: tuple[tuple[Passage, Source], ...]) -> list[Source]:
    return list({source.source_id: source for _, source in nearest}.values())
