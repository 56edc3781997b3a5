import pytest

from caveat import wire
from caveat.chassis.stream import Emit, Message
from caveat.errors import MalformedEvent
from caveat.model import (
    AnswerDrafted,
    ConclusionCode,
    EvidenceRetrieved,
    QuestionConcluded,
    SourceType,
)
from caveat.pipeline import ANSWER_DRAFTED, EVIDENCE_RETRIEVED, QUESTION_CONCLUDED, STAGE
from services.generator.adapters import ExtractiveComposer
from services.generator.core import compose
from services.generator.stream import GeneratorStream
from tests.unit.generator.builders import (
    DIABETES,
    QUESTION_ID,
    a_passage,
    a_routed_question,
    some_evidence,
)

retrieved = GeneratorStream(ExtractiveComposer()).retrieved


def a_message(value: bytes | None) -> Message:
    return Message(EVIDENCE_RETRIEVED, 0, 0, 0, QUESTION_ID, value, {})


async def test_evidence_becomes_a_draft_that_carries_it_unchanged() -> None:
    passage = a_passage("Symptoms of MDS can include tiredness and fever.")
    event = EvidenceRetrieved(a_routed_question(), some_evidence(passage))

    outcome = await retrieved(a_message(wire.encode(event)))

    assert isinstance(outcome, Emit)
    assert outcome.topic == ANSWER_DRAFTED
    drafted = wire.decode(AnswerDrafted, outcome.value)
    assert drafted.question == event.question
    assert drafted.evidence == event.evidence
    assert drafted.draft == compose(event.question, event.evidence)
    assert outcome.counts == {"sentences": len(drafted.draft.sentences)}


async def test_evidence_without_a_usable_sentence_concludes_the_question() -> None:
    passages = [
        a_passage(f"Symptoms of diabetes include thirst and {n}.", subject=DIABETES, start=n)
        for n in range(5)
    ]
    event = EvidenceRetrieved(a_routed_question(), some_evidence(*passages))

    outcome = await retrieved(a_message(wire.encode(event)))

    assert isinstance(outcome, Emit)
    assert outcome.topic == QUESTION_CONCLUDED
    concluded = wire.decode(QuestionConcluded, outcome.value)
    assert concluded == QuestionConcluded(
        question_id=QUESTION_ID,
        code=ConclusionCode.NOTHING_FOUND,
        stage="generator",
        lang="en",
        region="US",
        audience="patient",
        asked_on="2026-11-22",
        corpus_version="cor_1",
        kinds_searched=(SourceType.DEMONSTRATION_NOTE,),
        nearest_passage_ids=tuple(p.passage_id for p in passages[:3]),
        digest=event.question.digest,
    )
    assert b"symptoms of MDS" not in outcome.value


async def test_the_same_message_gives_the_same_bytes() -> None:
    passage = a_passage("Symptoms of MDS can include tiredness and fever.")
    message = a_message(wire.encode(EvidenceRetrieved(a_routed_question(), some_evidence(passage))))

    assert await retrieved(message) == await retrieved(message)


@pytest.mark.parametrize("value", [None, b"", b"\xff\xff", b"{}"])
async def test_a_malformed_event_is_refused(value: bytes | None) -> None:
    with pytest.raises(MalformedEvent):
        await retrieved(a_message(value))


def test_the_map_allows_what_is_emitted() -> None:
    assert {ANSWER_DRAFTED, QUESTION_CONCLUDED} <= set(STAGE["generator"].emits)
