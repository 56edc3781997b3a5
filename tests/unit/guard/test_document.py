import json
import re
from dataclasses import replace
from typing import Any

import pytest

from caveat.attestation import canonical
from caveat.model import AnswerDrafted, ConclusionCode, DraftSentence, QuestionToAsk, SourceType
from services.guard.document import slug_of, title_of
from tests.builders import a_document, a_refusal
from tests.unit.guard.builders import (
    OFFSET,
    TEXT,
    a_citation,
    a_draft,
    a_judge,
    a_passage,
    a_policy,
    a_question,
    a_section,
    a_source,
    an_event,
    an_evidence,
    concluded,
    leaves,
    references,
)
from tests.unit.guard.fakes import FakeCorpus


async def published(event: AnswerDrafted | None = None) -> dict[str, Any]:
    answer = await a_judge().decide_draft(
        event or an_event(), version=1, trace_id="4bf92f3577b34da6a3ce929d0e0e4736"
    )
    assert canonical(json.loads(answer.document)) == answer.document
    return dict(json.loads(answer.document))


def shape(value: Any) -> Any:
    """Reduce a value to its keys; the ids of entries are not part of the shape."""
    if isinstance(value, dict):
        if value and all(re.fullmatch(r"(?:[sc]\d+|src_\w+)", key) for key in value):
            return {"*": shape(next(iter(value.values())))}
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value and isinstance(value[0], dict) else []
    return None


async def test_has_the_shape_that_everybody_reads() -> None:
    document, wanted = shape(await published()), shape(a_document())

    # A clean draft has no edits, and the shape of support is in its own test.
    wanted["guard"]["edits"] = document["guard"]["edits"]
    wanted["sentences"] = document["sentences"]
    assert document == wanted


async def test_a_refusal_has_the_shape_that_everybody_reads() -> None:
    document, wanted = shape(await concluded(ConclusionCode.EMERGENCY)), shape(a_refusal())

    wanted["guard"]["edits"] = wanted["guard"]["checks"] = []
    assert document == wanted


async def test_every_reference_names_something_that_is_there() -> None:
    document = await published()

    assert references(document) == set(document["sentences"])
    for sentence in document["sentences"].values():
        assert set(sentence["citations"]) <= set(document["citations"])
    for citation in document["citations"].values():
        assert citation["source"] in document["sources"]


async def test_every_quote_is_where_the_document_says() -> None:
    document = await published()

    assert len(document["citations"]) == 3
    for citation in document["citations"].values():
        selector = citation["selector"]
        start, end = selector["start"] - OFFSET, selector["end"] - OFFSET
        assert TEXT[start:end] == selector["exact"]
        assert TEXT[:start].endswith(selector["prefix"])
        assert TEXT[end:].startswith(selector["suffix"])


async def test_every_clinical_sentence_is_cited_and_supported_word_for_word() -> None:
    document = await published()

    kinds = {}
    for sentence_id, sentence in document["sentences"].items():
        kinds[sentence_id] = sentence["class"]
        assert bool(sentence["citations"]) is (sentence["class"] == "clinical")
        if sentence["class"] == "clinical":
            assert sentence["support"] == {
                "label": "supported", "score_permille": 1000, "method": "verbatim", "by": "CODE",
            }  # fmt: skip
    assert sorted(kinds.values()) == ["clinical"] * 3 + ["navigation", "question"]


async def test_holds_integers_and_strings_and_no_markup() -> None:
    for leaf in leaves(await published()):
        assert leaf is None or isinstance(leaf, bool | int | str)
        assert not (isinstance(leaf, str) and re.search(r"<[a-zA-Z/!]|\]\(|\*\*", leaf))


async def test_every_check_is_reported_once_and_passed() -> None:
    checks = (await published())["guard"]["checks"]

    screening = ("safety.", "scope.", "injection.question", "language.unsupported", "validator.")
    wanted = {rule for rule in a_policy().rules if not rule.startswith(screening)}
    assert {check["id"] for check in checks} == wanted
    assert len(checks) == len(wanted)
    assert {check["outcome"] for check in checks} == {"pass"}


async def test_the_heading_of_a_section_is_the_policys() -> None:
    document = await published()

    assert [s["heading"] for s in document["sections"]] == [
        {"id": "heading.treatment", "text": "How it is treated"},
        {"id": "heading.outlook", "text": "Outlook"},
    ]


async def test_a_kind_that_the_policy_does_not_know_says_nothing_to_the_reader() -> None:
    kind = "you_should_stop_taking_it"
    draft = a_draft(sections=(a_section("s1", "s2", "s3", kind=kind),))

    document = await published(an_event(draft))

    assert kind not in json.dumps(document)
    assert document["sections"][0]["heading"]["id"] == "heading.other"
    assert "stop" not in document["sections"][0]["heading"]["text"].casefold()


async def test_a_reason_that_stands_nowhere_on_the_page_is_not_named() -> None:
    draft = a_draft(
        sections=(a_section("s1", "s2"),), questions_to_ask=(QuestionToAsk("s4", ("s1", "s3")),)
    )

    document = await published(an_event(draft))

    assert document["questions_to_ask"] == [{"sentence": "s4", "because": ["s1"]}]
    assert references(document) == set(document["sentences"])


async def test_sources_are_numbered_as_they_are_met_and_a_shared_quote_is_one_citation() -> None:
    other = a_passage("Decitabine is used as well.", "psg_two", "src_two")
    both = DraftSentence(
        "s2", "Decitabine is used as well.", (a_citation("Decitabine is used as well.", other),) * 2
    )
    draft = a_draft(sentences=(a_draft().sentences[0], both, *a_draft().sentences[2:]))
    event = an_event(
        draft, evidence=an_evidence(a_passage(), other, sources=(a_source("src_two"), a_source()))
    )
    judge = a_judge(corpus=FakeCorpus([a_passage(), other], []))

    answer = await judge.decide_draft(event, version=1, trace_id="")

    document = json.loads(answer.document)
    assert [(c["n"], c["source"]) for c in document["citations"].values()] == [
        (1, "src_one"), (2, "src_two"), (1, "src_one"),
    ]  # fmt: skip
    assert set(document["sources"]) == {"src_one", "src_two"}


async def test_a_source_without_a_note_rests_on_nothing() -> None:
    source = replace(a_source(kind=SourceType.GUIDELINE), rests_on=None)

    document = await published(an_event(evidence=an_evidence(sources=(source,))))

    assert document["sources"]["src_one"]["rests_on"] is None


async def test_a_question_without_a_topic_or_region_says_so() -> None:
    question = a_question(topic=None, region="", lang="")

    document = await published(an_event(question=question))

    assert (document["topic"], document["region"], document["lang"]) == (None, None, "en")


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("what is  MDS\n", "What is MDS?"),
        ("Is it curable???", "Is it curable?"),
        ("treatment of MDS.", "Treatment of MDS"),
        ("x" * 300, "X" + "x" * 198 + "\u2026"),
        ("", ""),
    ],
)
def test_makes_a_title_of_what_was_typed(typed: str, title: str) -> None:
    assert title_of(typed) == title


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("What is MDS?", "what-is-mds"),
        ("\u00bfQu\u00e9?", "qu"),
        ("???", "answer"),
        ("a" * 99, "a" * 80),
    ],
)
def test_makes_a_slug(title: str, slug: str) -> None:
    assert slug_of(title) == slug
