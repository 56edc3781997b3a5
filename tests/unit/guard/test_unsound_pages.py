"""A page that does not fit the schema is not signed: a failed page stands in for it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from caveat.errors import MalformedEvent
from caveat.model import (
    ConclusionCode,
    QuestionConcluded,
    Source,
    Verdict,
)
from services.guard.policy import Constant, Policy
from services.guard.publication import (
    faults_of_fixed_pages,
    page_of_conclusion,
    page_of_draft,
    regions_of,
)
from tests.builders import a_question_id
from tests.unit.guard.builders import (
    FIRST,
    a_judge,
    a_passage,
    a_policy,
    a_source,
    an_event,
    decided,
    document_of,
    record_of,
)
from tests.unit.guard.pages import an_imprint, assert_fits, judged


def an_unsound_policy() -> Policy:
    """Make a policy whose demonstration label no schema lets through; its fixed pages are sound."""
    return replace(a_policy(), demonstration=Constant("notice.demonstration", 0, "x"))


async def test_an_answer_that_does_not_fit_becomes_a_failed_page() -> None:
    event, policy = an_event(), an_unsound_policy()
    judgement = await judged(event, policy=policy)
    assert judgement.verdict is Verdict.PASS

    document = page_of_draft(3, event, judgement, policy, an_imprint())

    assert document["status"] == "failed"
    assert document["guard"]["verdict"] == "failed"
    assert document["guard"]["decision_id"] == "dec_3"
    assert FIRST not in json.dumps(document)
    assert_fits(document)


async def test_what_is_signed_and_recorded_then_is_the_failed_page() -> None:
    answer = await decided(a_judge(policy=an_unsound_policy()), an_event())

    assert document_of(answer)["status"] == "failed"
    assert record_of(answer)["verdict"] == "failed"
    assert_fits(document_of(answer))


@pytest.mark.parametrize(
    "changes",
    [
        {"asked_on": "yesterday"},
        {"region": "usa"},
        {"region": "u1"},
        {"asked_on": "canary-7f3a", "region": "canary-7f3a"},
    ],
)
def test_what_came_with_an_emergency_never_costs_its_care_card(changes: dict[str, str]) -> None:
    event = QuestionConcluded(a_question_id(), ConclusionCode.EMERGENCY, "router", **changes)
    odd = replace(a_source(), url="javascript:alert(1)")
    nearest: tuple[tuple[Any, Source], ...] = ((a_passage(), odd),)

    document = page_of_conclusion(1, event, a_policy(), an_imprint(trace_id="no trace"), nearest)

    assert document["status_reason"] == "emergency"
    assert document["care"]["contacts"]
    assert "canary" not in json.dumps(document)
    assert_fits(document)


def test_a_question_without_an_id_gets_no_page() -> None:
    event = QuestionConcluded("q", ConclusionCode.FAILED, "guard")

    with pytest.raises(MalformedEvent, match="no page can be made: /question_id"):
        page_of_conclusion(1, event, a_policy(), an_imprint(question_id="q"))


def test_every_fixed_page_fits_in_every_region() -> None:
    assert list(faults_of_fixed_pages(a_policy())) == []
    assert {"", "ZZ", "US", "GB", "IE", "CA", "AU", "NZ", "ES", "FR", "GR"} <= set(
        regions_of(a_policy())
    )


def test_a_fixed_page_that_does_not_fit_is_found_before_it_is_needed() -> None:
    policy = a_policy()
    page = replace(policy.pages[ConclusionCode.CRISIS], title="x" * 201)
    broken = replace(policy, pages={**policy.pages, ConclusionCode.CRISIS: page})

    [(code, _, fault)] = faults_of_fixed_pages(broken)

    assert code is ConclusionCode.CRISIS
    assert fault.startswith("/title")
