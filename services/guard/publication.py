"""Complete a page: what was judged or a fixed page, with the guard's account of it, and a proof.

Nothing is signed that does not fit the published schema and hold together. What does not is
replaced by a fixed page; those are proven to fit when the policy is loaded, for every region.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from caveat.errors import MalformedEvent
from caveat.model import AnswerDrafted, ConclusionCode, Passage, QuestionConcluded, Source, Verdict
from services.guard import pages
from services.guard.account import guard_part
from services.guard.core import Judgement
from services.guard.document import Imprint, assemble
from services.guard.policy import EU, Policy
from services.guard.schema import ANSWER, misfit
from services.guard.wholeness import breaks

log = logging.getLogger(__name__)

_CODE_OF_VERDICT = {
    Verdict.REFUSE: ConclusionCode.POLICY,
    Verdict.INSUFFICIENT_EVIDENCE: ConclusionCode.TOO_LITTLE_LEFT,
    Verdict.FAILED: ConclusionCode.FAILED,
}
# A region that no policy names, beside those that one does.
_ELSEWHERE = "ZZ"


def page_of_draft(
    number: int, event: AnswerDrafted, judgement: Judgement, policy: Policy, imprint: Imprint
) -> dict[str, Any]:
    """Build the whole document of a judged draft; `failed` when it would not be sound."""
    if (code := _CODE_OF_VERDICT.get(judgement.verdict)) is None:
        page = assemble(
            event.question, event.evidence, judgement.draft, judgement.examination, imprint
        )
    else:
        page = pages.conclude(QuestionConcluded.of(event.question, code, "guard"), policy, imprint)
    guard = guard_part(number, judgement.verdict, policy, imprint, judgement)
    whole = {**page, "guard": guard}
    if not _fault(whole, imprint):
        return whole
    failed = QuestionConcluded.of(event.question, ConclusionCode.FAILED, "guard")
    return page_of_conclusion(number, failed, policy, imprint)


def page_of_conclusion(
    number: int,
    event: QuestionConcluded,
    policy: Policy,
    imprint: Imprint,
    nearest: tuple[tuple[Passage, Source], ...] = (),
) -> dict[str, Any]:
    """Build the whole document of a question that ended early.

    When what came with the event makes it unsound, the page is made without: an emergency stays
    one. Raises MalformedEvent when even that page is not, for then the question's id is no id.
    """
    whole = _concluded(number, event, policy, imprint, nearest)
    if not _fault(whole, imprint):
        return whole
    bare = QuestionConcluded(event.question_id, event.code, event.stage)
    whole = _concluded(number, bare, policy, replace(imprint, trace_id=""), ())
    if fault := _fault(whole, imprint):
        raise MalformedEvent(f"no page can be made: {fault}")
    return whole


def faults_of_fixed_pages(policy: Policy) -> Iterator[tuple[ConclusionCode, str, str]]:
    """Build every fixed page for every region that makes a difference, and find the unsound ones.

    Each fault names the page's code, a region, and what is wrong. A code is told once.
    """
    imprint = Imprint(
        "ans_" + "0" * 26,
        "00000000-0000-7000-8000-000000000000",
        1,
        datetime(2000, 1, 1, tzinfo=UTC),
        "",
    )
    for code in ConclusionCode:
        for region in regions_of(policy):
            event = QuestionConcluded(imprint.question_id, code, "guard", region=region)
            if fault := unsound(_concluded(1, event, policy, imprint, ())):
                yield code, region, fault
                break


def regions_of(policy: Policy) -> tuple[str, ...]:
    """List the regions for which the policy's pages can differ, and one for all others."""
    named = {c.region for page in policy.pages.values() for c in page.contacts}
    return tuple(sorted({"", _ELSEWHERE, *EU, *(named - {"EU"})}))


def unsound(document: Mapping[str, Any]) -> str:
    """Say what keeps a document from being signed; empty when nothing does."""
    return misfit(ANSWER, document) or next(breaks(document), "")


def _fault(document: Mapping[str, Any], imprint: Imprint) -> str:
    fault = unsound(document)
    if fault:
        log.error(
            "built a page that is not sound",
            extra={"question_id": imprint.question_id, "fault": fault},
        )
    return fault


def _concluded(
    number: int,
    event: QuestionConcluded,
    policy: Policy,
    imprint: Imprint,
    nearest: tuple[tuple[Passage, Source], ...],
) -> dict[str, Any]:
    page = pages.conclude(event, policy, imprint, nearest)
    guard = guard_part(number, pages.verdict_of(event.code), policy, imprint, None)
    return {**page, "guard": guard}
