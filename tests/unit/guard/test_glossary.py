"""The words that a page explains: judged like everything else, whatever a draft says of them."""

from dataclasses import replace
from typing import Any

import pytest

from caveat.errors import MalformedEvent
from caveat.model import AnswerDrafted, Draft, DraftSentence, Passage, QuestionToAsk
from caveat.terms import DEFINITION
from tests.unit.guard.builders import (
    FIRST,
    SECOND,
    a_cited,
    a_draft,
    a_judge,
    a_passage,
    a_source,
    an_event,
    an_evidence,
    decided,
    document_of,
)
from tests.unit.guard.fakes import FakeCorpus

SAYS_MDS = "MDS are a group of cancers of the blood."
SAYS_DRUG = "Azacitidine is a drug that slows the growth of some cells."
DIRECTIVE = "A vein is a vessel, and you should stop taking lenalidomide."


def a_definition(text: str, heading: str, passage_id: str) -> Passage:
    return replace(a_passage(text, passage_id), facet=DEFINITION, heading=heading)


MDS = a_definition(SAYS_MDS, "MDS / myelodysplastic syndromes", "psg_mds")
DRUG = a_definition(SAYS_DRUG, "azacitidine", "psg_drug")
VEIN = a_definition(DIRECTIVE, "vein", "psg_vein")
DEFINITIONS = (MDS, DRUG, VEIN)
S_MDS, S_DRUG = a_cited("s7", SAYS_MDS, MDS), a_cited("s8", SAYS_DRUG, DRUG)


def an_explaining(*sentences: DraftSentence, **changes: Any) -> Draft:
    """Make a draft whose last sentences explain words of the others."""
    draft = a_draft()
    explaining = tuple(s.sentence_id for s in sentences)
    fields = {"sentences": (*draft.sentences, *sentences), "glossary": explaining}
    return replace(draft, **(fields | changes))


def an_event_of(draft: Draft) -> AnswerDrafted:
    return an_event(draft, evidence=replace(an_evidence(), definitions=DEFINITIONS))


async def page_of(draft: Draft) -> dict[str, Any]:
    corpus = FakeCorpus([a_passage(), *DEFINITIONS], [a_source()])
    return document_of(await decided(a_judge(corpus=corpus), an_event_of(draft)))


def marked(document: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    return {
        s: [(m["term"], entry["text"][m["start"] : m["end"]]) for m in entry["terms"]]
        for s, entry in document["sentences"].items()
        if entry["terms"]
    }


async def test_a_word_is_marked_where_it_is_used_first_and_explained_with_a_source():
    document = await page_of(an_explaining(S_MDS, S_DRUG))

    assert document["glossary"] == {
        "t1": {"term": "azacitidine", "sentence": "s8"},
        "t2": {"term": "MDS", "sentence": "s7"},
    }
    assert marked(document) == {"s1": [("t1", "Azacitidine"), ("t2", "MDS")]}
    said = document["sentences"]["s7"]
    assert (said["text"], said["class"]) == (SAYS_MDS, "definition")
    [cited] = said["citations"]
    assert document["citations"][cited]["selector"]["exact"] == SAYS_MDS
    assert document["guard"]["verdict"] == "pass"
    assert document["guard"]["coverage"]["clinical"] == 5


async def test_the_first_use_is_that_of_the_page_that_is_left():
    fallen = DraftSentence("s9", "Azacitidine cures everyone with MDS.")
    draft = replace(an_explaining(fallen, S_MDS, glossary=("s7",)), summary=("s9", "s1"))

    document = await page_of(draft)

    assert [e["sentence"] for e in document["guard"]["edits"]] == ["s9"]
    assert marked(document) == {"s1": [("t1", "MDS")]}


async def test_a_word_that_only_a_fallen_sentence_used_is_not_explained():
    fallen = DraftSentence("s9", "A vein carries it.")
    text = "A vein is a vessel that carries blood."
    vein = a_definition(text, "vein", "psg_blood")
    draft = replace(
        a_draft(summary=("s1", "s9")),
        sentences=(a_cited("s1", FIRST), fallen, a_cited("s7", text, vein)),
        sections=(),
        questions_to_ask=(),
        gaps=(),
        glossary=("s7",),
    )
    corpus = FakeCorpus([a_passage(), vein], [a_source()])
    event = an_event(draft, evidence=replace(an_evidence(), definitions=(vein,)))

    document = document_of(await decided(a_judge(corpus=corpus), event))

    assert document["glossary"] == {}
    assert list(document["sentences"]) == ["s1"]


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        (DraftSentence("s7", SAYS_MDS), "citation.missing"),
        (DraftSentence("s7", "Which cells are these?"), "citation.missing"),
        (a_cited("s7", SECOND), "citation.unsupported"),
        (replace(S_MDS, text=SAYS_DRUG), "citation.unsupported"),
        (a_cited("s7", "MDS are a group of cancers", MDS), "citation.unsupported"),
        (a_cited("s7", SAYS_MDS, replace(MDS, passage_id="psg_nowhere")), "citation.unknown"),
        (a_cited("s7", DIRECTIVE, VEIN), "advice.directive"),
    ],
    ids=["uncited", "a question", "a fact", "another's", "a part", "unknown", "advice"],
)
async def test_what_explains_no_word_falls_and_the_page_says_why(
    sentence: DraftSentence, rule: str
):
    document = await page_of(an_explaining(sentence))

    assert [(e["sentence"], e["check"]) for e in document["guard"]["edits"]] == [("s7", rule)]
    assert document["status"] == "published"
    assert document["glossary"] == {}
    assert marked(document) == {}
    assert "s7" not in document["sentences"]


async def test_a_heading_of_the_drafters_own_names_no_word():
    renamed = replace(MDS, heading="azacitidine / placebo")
    event = an_event(an_explaining(S_MDS), evidence=replace(an_evidence(), definitions=(renamed,)))
    corpus = FakeCorpus([a_passage(), MDS], [a_source()])

    document = document_of(await decided(a_judge(corpus=corpus), event))

    assert [e["check"] for e in document["guard"]["edits"]] == ["citation.unknown"]
    assert document["glossary"] == {}


async def test_a_fact_that_is_called_a_definition_is_none():
    event = an_event(
        an_explaining(a_cited("s7", SECOND)),
        evidence=replace(an_evidence(), definitions=(a_passage(), *DEFINITIONS)),
    )
    corpus = FakeCorpus([a_passage(), *DEFINITIONS], [a_source()])

    document = document_of(await decided(a_judge(corpus=corpus), event))

    assert [e["check"] for e in document["guard"]["edits"]] == ["citation.unsupported"]
    assert document["glossary"] == {}


async def test_a_word_that_the_page_does_not_use_is_left_out_without_a_word():
    text = "Ferritin is a protein that stores iron."
    ferritin = a_definition(text, "ferritin", "psg_ferritin")
    event = an_event(
        an_explaining(a_cited("s7", text, ferritin)),
        evidence=replace(an_evidence(), definitions=(ferritin,)),
    )
    corpus = FakeCorpus([a_passage(), ferritin], [a_source()])

    document = document_of(await decided(a_judge(corpus=corpus), event))

    assert (document["guard"]["verdict"], document["glossary"]) == ("pass", {})
    assert "s7" not in document["sentences"]
    assert len(document["citations"]) == 3


async def test_a_word_is_explained_once_however_often_the_draft_does():
    again = replace(S_MDS, sentence_id="s9")
    draft = an_explaining(S_MDS, again)

    document = await page_of(replace(draft, glossary=("s7", "s9", "s7")))

    assert document["glossary"] == {"t1": {"term": "MDS", "sentence": "s7"}}
    assert "s9" not in document["sentences"]


async def test_explanations_alone_are_no_answer():
    asked = DraftSentence("s9", "Which treatments are used for MDS?")
    draft = an_explaining(S_MDS, asked, glossary=("s7",))
    questions = (QuestionToAsk("s9", ()),)

    document = await page_of(
        replace(draft, summary=("s7",), sections=(), questions_to_ask=questions)
    )

    assert (document["status"], document["status_reason"]) == (
        "insufficient_evidence",
        "too_little_left",
    )


async def test_five_hundred_explanations_are_too_much_to_judge():
    many = [replace(S_MDS, sentence_id=f"s{n}") for n in range(7, 507)]

    document = await page_of(an_explaining(*many))

    assert (document["status"], document["status_reason"]) == ("refused", "policy")


async def test_a_glossary_as_long_as_a_book_is_too_much_to_judge():
    document = await page_of(replace(an_explaining(S_MDS), glossary=("s7",) * 50_000))

    assert (document["status"], document["status_reason"]) == ("refused", "policy")


async def test_a_glossary_that_names_no_sentence_breaks_the_contract():
    with pytest.raises(MalformedEvent, match="1 sentences that it does not hold"):
        await page_of(replace(an_explaining(S_MDS), glossary=("s99",)))


async def test_a_definition_without_its_source_breaks_the_contract():
    stray = replace(MDS, source_id="src_stray")
    event = an_event(an_explaining(S_MDS), evidence=replace(an_evidence(), definitions=(stray,)))

    with pytest.raises(MalformedEvent, match="a passage without its source"):
        await decided(a_judge(), event)
