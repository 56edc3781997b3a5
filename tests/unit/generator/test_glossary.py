"""Which words a page explains, with which sentences."""

from dataclasses import replace

from caveat.model import Draft, Evidence, Intent, Passage
from caveat.terms import DEFINITION
from services.generator.core import compose
from services.generator.glossary import MOST_WORDS
from tests.unit.generator.builders import (
    ALL,
    FEVER,
    MARROW,
    MDS,
    a_passage,
    a_routed_question,
    sentence_of,
    some_evidence,
)


def a_definition(heading: str, text: str) -> Passage:
    passage = a_passage(text, DEFINITION, source="src_words", start=40)
    return replace(passage, heading=heading)


SAYS_MDS = a_definition("MDS", "MDS are a group\nof cancers of the blood.")
SAYS_FEVER = a_definition("fever", "A fever is a high body temperature.")
SAYS_OTHER = a_definition("ferritin", "Ferritin is a protein that stores iron.")
DEFINITIONS = (SAYS_OTHER, SAYS_FEVER, SAYS_MDS)


def explained_in(draft: Draft | None) -> list[str]:
    assert draft is not None
    return [sentence_of(draft, s).text for s in draft.glossary]


def evidence_with(definitions: tuple[Passage, ...], *passages: Passage) -> Evidence:
    return replace(some_evidence(*passages), definitions=definitions)


def test_explains_the_words_it_uses_in_the_order_of_their_first_use():
    draft = compose(a_routed_question(), evidence_with(DEFINITIONS, FEVER))

    assert explained_in(draft) == [
        "MDS are a group of cancers of the blood.",
        "A fever is a high body temperature.",
    ]


def test_an_explanation_quotes_its_whole_definition_with_offsets_in_the_source():
    draft = compose(a_routed_question(), evidence_with(DEFINITIONS, FEVER))

    assert draft
    [citation] = sentence_of(draft, draft.glossary[0]).citations
    assert citation.passage_id == SAYS_MDS.passage_id
    assert citation.quote.exact == SAYS_MDS.text
    assert (citation.quote.start, citation.quote.end) == (40, 40 + len(SAYS_MDS.text))


def test_definitions_change_nothing_else_of_a_page():
    question = a_routed_question()

    bare = compose(question, some_evidence(*ALL))
    explaining = compose(question, evidence_with(DEFINITIONS, *ALL))

    assert bare
    assert explaining
    count = len(bare.sentences)
    assert explaining.sentences[:count] == bare.sentences
    assert len(explaining.glossary) == len(explaining.sentences) - count > 0
    assert replace(explaining, sentences=bare.sentences, glossary=()) == bare


def test_does_not_explain_what_a_sentence_of_the_page_says():
    question = a_routed_question("What is MDS?", Intent.DEFINITION)

    draft = compose(question, evidence_with((SAYS_MDS, SAYS_FEVER), MARROW, FEVER))

    assert explained_in(draft) == ["A fever is a high body temperature."]


def test_explains_no_more_words_than_a_reader_looks_up():
    names = [f"sign{chr(97 + n)}" for n in range(MOST_WORDS + 3)]
    passage = a_passage(f"Symptoms of MDS include {', '.join(names)}.", "symptoms", MDS)
    definitions = tuple(a_definition(name, f"A {name} is a sign.") for name in names)

    draft = compose(a_routed_question(), evidence_with(definitions, passage))

    assert explained_in(draft) == [f"A {name} is a sign." for name in names[:MOST_WORDS]]


def test_does_not_explain_what_a_sentence_of_the_page_says_in_nearly_the_same_words():
    bruise = a_definition("bruise", "A bruise of MDS is an easy bleed under the skin.")
    said = a_passage("Symptoms of MDS can be bruises, which are easy bleeds under the skin.")

    telling = compose(a_routed_question(), evidence_with((bruise,), said))
    used = a_passage("Symptoms of MDS can include a bruise.")
    using = compose(a_routed_question(), evidence_with((bruise,), used))

    assert explained_in(telling) == []
    assert len(explained_in(using)) == 1
