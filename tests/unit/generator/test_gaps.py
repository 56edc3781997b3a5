import pytest

from caveat.model import Intent, Passage
from services.generator import plan
from tests.unit.generator.builders import (
    ALL,
    APPROVED,
    BRUISES,
    FEVER,
    MARROW,
    a_passage,
    a_routed_question,
    composed,
    sections_of,
    sentence_of,
)

SIGNS_AND_OUTLOOK = a_routed_question("What are the symptoms and the prognosis of MDS?")


def test_a_gap_tells_that_nothing_was_found_on_what_is_asked() -> None:
    draft = composed(SIGNS_AND_OUTLOOK, FEVER, MARROW)

    [gap] = draft.gaps
    assert gap.facet == "outlook"
    assert sentence_of(draft, gap.sentence).text == plan.gap_text("outlook")


@pytest.mark.parametrize(
    "held",
    [
        a_passage("MDS with a TP53 change is often grave.", "outlook"),
        a_passage("Click here for the prognosis of MDS.", "outlook"),
        a_passage("The symptoms of MDS hardly change the prognosis."),
    ],
)
def test_no_gap_is_told_when_the_evidence_holds_something(held: Passage) -> None:
    assert composed(SIGNS_AND_OUTLOOK, held, BRUISES).gaps == ()


def test_no_gap_is_told_on_what_was_not_asked() -> None:
    assert composed(a_routed_question(), FEVER).gaps == ()


def test_each_question_to_ask_has_its_reason_on_the_page() -> None:
    draft = composed(a_routed_question("What is MDS?", Intent.DEFINITION), *ALL, APPROVED)

    assert draft.questions_to_ask
    for question in draft.questions_to_ask:
        [reason] = question.because
        facet = next(f for f, text in plan.QUESTIONS.items()
                     if text == sentence_of(draft, question.sentence).text)  # fmt: skip
        assert sentence_of(draft, reason).text in sections_of(draft)[facet]


def test_a_draft_without_sections_has_no_questions() -> None:
    assert composed(a_routed_question(), FEVER).questions_to_ask == ()
