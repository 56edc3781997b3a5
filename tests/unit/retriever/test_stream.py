import pytest

from caveat import wire
from caveat.chassis.stream import Message
from caveat.errors import MismatchedKey
from caveat.model import (
    ConclusionCode,
    EvidenceRetrieved,
    QuestionConcluded,
    QuestionRouted,
    RoutedQuestion,
)
from caveat.pipeline import EVIDENCE_RETRIEVED, QUESTION_CONCLUDED, QUESTION_ROUTED
from services.retriever.stream import retrieving
from tests.builders import a_question_id
from tests.unit.retriever.builders import FakeCorpus, FakeShelf, a_routed_question, an_entry


def a_message(question: RoutedQuestion, key: str = "") -> Message:
    value = wire.encode(QuestionRouted(question))
    return Message(QUESTION_ROUTED, 0, 0, 0, key or question.question_id, value, {})


def a_shelf() -> FakeShelf:
    return FakeShelf(FakeCorpus(an_entry("Fever is common.\n\nFever can be high.")))


async def test_a_question_that_finds_passages_becomes_evidence():
    question = a_routed_question("fever")

    emit = await retrieving(a_shelf())(a_message(question))

    assert emit.topic == EVIDENCE_RETRIEVED
    assert emit.counts == {"found": 2, "kept": 2}
    event = wire.decode(EvidenceRetrieved, emit.value)
    assert event.question == question
    assert [ranked.passage.text for ranked in event.evidence.passages]
    assert event.evidence.corpus_version == "cv_fake"


async def test_a_question_that_finds_nothing_is_concluded():
    question = a_routed_question("carburettor")

    emit = await retrieving(a_shelf())(a_message(question))

    assert emit.topic == QUESTION_CONCLUDED
    event = wire.decode(QuestionConcluded, emit.value)
    assert event.question_id == question.question_id
    assert event.code is ConclusionCode.NOTHING_FOUND
    assert event.corpus_version == "cv_fake"


async def test_it_is_the_search_text_that_is_searched():
    question = a_routed_question("carburettor", text="fever")

    assert (await retrieving(a_shelf())(a_message(question))).topic == QUESTION_CONCLUDED


async def test_a_key_that_names_another_question_is_refused():
    with pytest.raises(MismatchedKey):
        await retrieving(a_shelf())(a_message(a_routed_question("fever"), a_question_id()))
