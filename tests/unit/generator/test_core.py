import dataclasses

import pytest

from caveat.model import BlockType, Intent, Passage
from services.generator import plan
from services.generator.core import SECTION_SENTENCES, compose
from tests.unit.generator.builders import (
    ALL,
    APPROVED,
    AZACITIDINE,
    BIOPSY,
    BRUISES,
    FEVER,
    MARROW,
    MDS,
    THIRST,
    TRANSFUSIONS,
    a_passage,
    a_routed_question,
    composed,
    sections_of,
    some_evidence,
    summary_of,
)


def test_the_short_answer_is_about_what_is_asked() -> None:
    assert summary_of(composed(a_routed_question(), *ALL)) == [FEVER.text, BRUISES.text]


def test_a_facet_speaks_for_words_that_its_sentences_do_not_say() -> None:
    diagnosed = a_passage("Many people diagnosed with MDS are over seventy.", "what_it_is")
    question = a_routed_question("How is MDS diagnosed?", Intent.DIAGNOSIS)

    assert summary_of(composed(question, diagnosed, BIOPSY))[0] == BIOPSY.text


def test_an_explanation_begins_with_what_the_thing_is() -> None:
    name = a_passage("The name MDS is short for a longer name.", "what_it_is")
    question = a_routed_question("What is MDS?", Intent.DEFINITION)

    assert summary_of(composed(question, name, MARROW))[0] == MARROW.text


def test_sections_follow_the_plan_of_the_intent() -> None:
    question = a_routed_question("What is MDS?", Intent.DEFINITION)

    draft = composed(question, *reversed(ALL), APPROVED)

    kinds = [s.kind for s in draft.sections]
    assert kinds == sorted(kinds, key=plan.PLAN[Intent.DEFINITION].index)
    assert "diagnosis" not in kinds
    for kind, texts in sections_of(draft).items():
        assert texts
        assert {p.facet for p in (*ALL, APPROVED) if p.text in texts} == {kind}


def test_a_sentence_of_the_short_answer_is_not_said_again_below() -> None:
    draft = composed(a_routed_question(), *ALL)

    below = [text for texts in sections_of(draft).values() for text in texts]
    assert not set(below) & set(summary_of(draft))


def test_a_section_of_one_sentence_is_a_paragraph_and_of_more_a_list() -> None:
    more = [
        a_passage(f"With MDS {sign} {when} often seen.", start=n)
        for n, (sign, when) in enumerate(
            [
                ("weakness", "mornings"),
                ("swelling", "evenings"),
                ("nosebleeds", "winters"),
                ("sweating", "nights"),
                ("itching", "summers"),
                ("dizziness", "outdoors"),
                ("cough", "indoors"),
            ]
        )
    ]
    draft = composed(a_routed_question(), *more, MARROW)

    blocks = {s.kind: s.blocks[0] for s in draft.sections}
    assert blocks["symptoms"].type is BlockType.LIST
    assert len(blocks["symptoms"].items) == SECTION_SENTENCES
    assert blocks["what_it_is"].type is BlockType.PARAGRAPH


def test_what_two_sources_both_say_is_said_once() -> None:
    again = dataclasses.replace(FEVER, passage_id="psg_other", source_id="src_2")
    similar = a_passage("The symptoms of MDS can include fever, pale skin, and tiredness.")

    draft = composed(a_routed_question(), FEVER, again, similar, BRUISES)

    assert summary_of(draft) == [FEVER.text, BRUISES.text]
    assert sections_of(draft) == {}


def test_two_figures_are_two_facts() -> None:
    one = a_passage("In a large study a diet lowered the risk of MDS by 58 percent.", "prevention")
    two = a_passage("In a large study a drug lowered the risk of MDS by 31 percent.", "prevention")
    question = a_routed_question("How can MDS be prevented?", Intent.PREVENTION)

    assert summary_of(composed(question, one, two)) == [one.text, two.text]


def test_another_disease_is_not_used_for_its_symptoms() -> None:
    draft = composed(a_routed_question(), THIRST, FEVER, BRUISES)

    assert THIRST.text not in [s.text for s in draft.sentences]


def test_evidence_about_another_disease_alone_is_no_evidence() -> None:
    question = a_routed_question("What are the symptoms of hemochromatosis?")

    assert compose(question, some_evidence(THIRST, FEVER)) is None


def test_a_disease_is_not_recognised_by_the_word_disease() -> None:
    heart = a_passage("Heart disease has symptoms such as chest pain.", subject="Heart disease")
    question = a_routed_question("What are the symptoms of Crohn disease?")

    assert compose(question, some_evidence(heart)) is None


@pytest.mark.parametrize("first", [APPROVED, AZACITIDINE])
def test_another_drug_does_not_lead(first: Passage) -> None:
    second = AZACITIDINE if first is APPROVED else APPROVED
    question = a_routed_question("Is azacitidine approved for MDS?", Intent.AVAILABILITY, topic=MDS)

    assert summary_of(composed(question, first, second)) == [AZACITIDINE.text]


def test_another_treatment_is_left_out_of_the_sections() -> None:
    own = a_passage("Side effects of imetelstat include low white blood cells.", "risks")
    other = a_passage(
        "Low blood counts can follow CAR T-cell therapy.", "risks", "CAR T-cell therapy"
    )
    question = a_routed_question(
        "Does imetelstat cause low blood counts?", Intent.RISKS, topic="Imetelstat"
    )

    draft = composed(question, own, other)

    assert [s.text for s in draft.sentences if s.citations] == [own.text]


def test_the_other_risk_group_does_not_lead() -> None:
    low = a_passage("In lower-risk MDS treatment aims at better blood counts.", "treatment")
    high = a_passage("In higher-risk MDS treatment aims at a longer life.", "treatment")
    question = a_routed_question("How is high-risk MDS treated?", Intent.TREATMENT)

    assert summary_of(composed(question, low, high)) == [high.text]


def test_an_answer_about_another_aspect_is_none() -> None:
    question = a_routed_question("What are the side effects of luspatercept?", Intent.RISKS)

    assert compose(question, some_evidence(APPROVED)) is None


@pytest.mark.parametrize("passages", [(), (a_passage(""),), (a_passage("Fever"),)])
def test_nothing_is_composed_of_nothing(passages: tuple[Passage, ...]) -> None:
    assert compose(a_routed_question(), some_evidence(*passages)) is None


@pytest.mark.parametrize("text", ["", "the of and", "???", "what should i do"])
def test_nothing_is_composed_for_a_question_without_words(text: str) -> None:
    question = a_routed_question(text, Intent.GENERAL)

    assert compose(question, some_evidence(*ALL)) is None


@pytest.mark.parametrize(
    "text",
    [
        "It is a symptom of MDS to be tired.",
        "This symptom of MDS is often seen.",
        "However, symptoms of MDS can be mild.",
        "Some of these symptoms of MDS are mild.",
        "Most of them have symptoms of MDS.",
        "Because of this, symptoms of MDS occur.",
        "In these people symptoms of MDS are mild.",
        "Other symptoms of MDS are pain and cough.",
        "And symptoms of MDS are often mild.",
    ],
)
def test_a_sentence_that_leans_on_the_one_before_is_not_used(text: str) -> None:
    assert compose(a_routed_question(), some_evidence(a_passage(text))) is None


@pytest.mark.parametrize(
    "text",
    [
        "You can have symptoms of MDS for years.",
        "Tell your doctor about symptoms of MDS soon.",
        "We think that symptoms of MDS are mild.",
        "The symptoms of MDS can surprise us all.",
        "Today I know the symptoms of MDS well.",
        "Click here for the symptoms of MDS now.",
        "Watch a video about symptoms of MDS here.",
    ],
)
def test_a_sentence_that_speaks_to_the_reader_is_not_used(text: str) -> None:
    assert compose(a_routed_question(), some_evidence(a_passage(text))) is None


@pytest.mark.parametrize(
    "text",
    [
        "symptoms of MDS include fever.",
        "What are the symptoms of MDS?",
        "The symptoms of MDS include:",
        "Symptoms of MDS vary.",
        "Symptoms of MDS include " + "fever and " * 25 + "chills.",
    ],
)
def test_what_is_no_whole_statement_is_not_used(text: str) -> None:
    assert compose(a_routed_question(), some_evidence(a_passage(text))) is None


@pytest.mark.parametrize(
    "text",
    [
        "In a large US study symptoms of MDS were mild.",
        "People with a type I interferon gene have symptoms of MDS.",
        "Because MDS harms the marrow, symptoms include fever.",
        "Some people with MDS have no symptoms at all.",
        "Most symptoms of MDS come from low counts.",
    ],
)
def test_a_statement_that_only_looks_like_one_of_those_is_used(text: str) -> None:
    assert summary_of(compose(a_routed_question(), some_evidence(a_passage(text)))) == [text]


def test_an_aspect_that_nothing_speaks_of_is_not_answered_with_another() -> None:
    question = a_routed_question("Can MDS be cured?", Intent.OUTLOOK)

    assert compose(question, some_evidence(MARROW, TRANSFUSIONS)) is None
    cure = a_passage("A transplant from a donor can cure MDS in some people.", "treatment")
    assert summary_of(composed(question, MARROW, cure)) == [cure.text]
