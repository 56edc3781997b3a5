import asyncio
from dataclasses import replace

import pytest

from caveat.errors import ConflictingDraft
from caveat.model import AnswerGuarded, ConclusionCode, QuestionConcluded
from tests.unit.guard.builders import a_judge, an_event, decided, document_of, record_of
from tests.unit.guard.fakes import FakeDecisionStore


async def test_the_first_writer_wins_and_the_same_bytes_are_given_again() -> None:
    judge = a_judge()
    event = an_event()

    first = await decided(judge, event)
    again = await decided(judge, event, trace_id="1" * 32)

    assert again == first


async def test_twenty_drafts_at_once_are_one_decision() -> None:
    store = FakeDecisionStore()
    judge = a_judge(store=store)
    event = an_event()

    answers = await asyncio.gather(*(decided(judge, event) for _ in range(20)))

    assert set(answers) == {answers[0]}
    assert len(store.decisions) == 1


async def test_decisions_are_numbered_without_a_hole() -> None:
    judge = a_judge()

    answers = [await decided(judge, an_event()) for _ in range(3)]

    assert [record_of(a)["decision_number"] for a in answers] == [1, 2, 3]
    assert [document_of(a)["guard"]["decision_id"] for a in answers] == ["dec_1", "dec_2", "dec_3"]


async def test_a_new_version_is_a_new_decision() -> None:
    judge = a_judge()
    event = an_event()

    first = await decided(judge, event)
    second = await decided(judge, event, version=2)

    assert (first.version, second.version) == (1, 2)
    assert document_of(second)["version"] == 2
    assert record_of(second)["decision_number"] == 2


async def test_a_draft_for_another_question_conflicts_with_the_decision() -> None:
    judge = a_judge()
    event = an_event()
    kept = await decided(judge, event)

    other = replace(event, question=replace(event.question, digest="f" * 64))
    with pytest.raises(ConflictingDraft):
        await decided(judge, other)

    assert await decided(judge, event) == kept


async def test_a_conflict_is_seen_by_the_one_who_comes_second_at_the_same_time() -> None:
    judge = a_judge()
    event = an_event()
    other = replace(event, question=replace(event.question, digest="f" * 64))

    outcomes = await asyncio.gather(
        decided(judge, event), decided(judge, other), return_exceptions=True
    )

    assert [type(o) for o in outcomes].count(ConflictingDraft) == 1
    assert [type(o) for o in outcomes].count(AnswerGuarded) == 1


async def test_a_conclusion_that_came_first_stands() -> None:
    judge = a_judge()
    event = an_event()
    concluded = QuestionConcluded(event.question_id, ConclusionCode.FAILED, "generator")

    first = await judge.decide_conclusion(concluded, version=1, trace_id="")
    late = await decided(judge, event)

    assert late == first


async def test_a_draft_that_came_first_stands() -> None:
    judge = a_judge()
    event = an_event()
    concluded = QuestionConcluded(
        event.question_id, ConclusionCode.FAILED, "generator", digest="e" * 64
    )

    first = await decided(judge, event)

    assert await judge.decide_conclusion(concluded, version=1, trace_id="") == first
