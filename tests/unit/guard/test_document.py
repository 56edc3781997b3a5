import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from caveat.attestation import canonical
from caveat.model import (
    AnswerDrafted,
    ConclusionCode,
    DraftSentence,
    QuestionConcluded,
    QuestionToAsk,
    SourceType,
)
from services.guard.document import slug_of, title_of
from tests.builders import a_document, a_question_id, a_refusal
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
    a_verifier,
    an_event,
    an_evidence,
)
from tests.unit.guard.fakes import FakeCorpus


async def published(event: AnswerDrafted | None = None) -> dict[str, Any]:
    answer = await a_judge().decide_draft(
        event or an_event(), b"", version=1, trace_id="4bf92f3577b34da6a3ce929d0e0e4736"
    )
    assert canonical(json.loads(answer.document)) == answer.document
    return dict(json.loads(answer.document))


async def concluded(code: ConclusionCode, region: str = "US", **changes: Any) -> dict[str, Any]:
    judge = a_judge()
    event = QuestionConcluded(a_question_id(), code, "router", region=region, **changes)
    answer = await judge.decide_conclusion(event, version=1, trace_id="")
    a_verifier(judge.signer).verify(answer.document, answer.jws)
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


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


def references(document: dict[str, Any]) -> set[str]:
    placed = set(document["summary"]["sentences"])
    for section in document["sections"]:
        for block in section["blocks"]:
            groups = block["items"] if block["type"] == "list" else [block["sentences"]]
            placed.update(*groups)
    for question in document["questions_to_ask"]:
        placed |= {question["sentence"], *question["because"]}
    placed |= {gap["sentence"] for gap in document["gaps"]}
    placed |= {s for c in document["citations"].values() for s in c["supports"]}
    placed |= set((document["care"] or {"text": []})["text"])
    return placed | set((document["outcome"] or {"explain": []})["explain"])


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

    screening = ("safety.", "scope.", "injection.", "language.", "validator.")
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

    answer = await judge.decide_draft(event, b"", version=1, trace_id="")

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


# --- fixed pages ---------------------------------------------------------------------------------

STATUS = {
    "nothing_found": "insufficient_evidence",
    "too_little_left": "insufficient_evidence",
    "failed": "failed",
}
REGIONS = ["US", "GB", "IE", "CA", "AU", "NZ", "ES", "FR", "", "ZZ"]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("code", ConclusionCode)
async def test_every_code_has_a_page_everywhere(code: ConclusionCode, region: str) -> None:
    document = await concluded(code, region)

    assert document["status"] == STATUS.get(code, "refused")
    assert document["status_reason"] == document["outcome"]["code"] == code
    assert document["title"] == a_policy().pages[code].title
    assert document["question"]["text"] is None
    assert (document["sections"], document["citations"]) == ([], {})
    assert set(document["disclaimers"]) == {"top", "closing"}
    assert references(document) == set(document["sentences"])
    assert document["outcome"]["explain"]
    assert document["outcome"]["you_can"]
    assert bool(document["care"]) is (code in ("emergency", "crisis"))
    assert not any(isinstance(leaf, float) for leaf in leaves(document))


@pytest.mark.parametrize(
    ("region", "numbers"),
    [
        ("US", {"911"}),
        ("CA", {"911"}),
        ("GB", {"999"}),
        ("IE", {"112"}),
        ("AU", {"000"}),
        ("NZ", {"111"}),
        ("ES", {"112"}),
        ("FR", {"112"}),
        ("", {"911", "112", "999", "000", "111"}),
        ("ZZ", {"911", "112", "999", "000", "111"}),
    ],
)
async def test_an_emergency_names_the_number_of_the_region(region: str, numbers: set[str]) -> None:
    care = (await concluded(ConclusionCode.EMERGENCY, region))["care"]

    assert care["level"] == "emergency"
    assert {c["tel"] for c in care["contacts"]} == numbers
    assert len({(c["tel"], c["label"]) for c in care["contacts"]}) == len(care["contacts"])


@pytest.mark.parametrize(
    ("region", "numbers"),
    [
        ("US", {"988", "911"}),
        ("CA", {"988", "911"}),
        ("GB", {"116123", "999"}),
        ("IE", {"116123", "112"}),
        ("AU", {"000"}),
        ("NZ", {"111"}),
        ("ES", {"112"}),
        ("FR", {"112"}),
        ("ZZ", {"988", "116123", "112", "911", "999", "000"}),
    ],
)
async def test_a_crisis_names_a_line_or_at_least_the_emergency_number(
    region: str, numbers: set[str]
) -> None:
    care = (await concluded(ConclusionCode.CRISIS, region))["care"]

    assert {c["tel"] for c in care["contacts"]} >= numbers


async def test_what_is_nearest_is_offered_once_for_each_source() -> None:
    two = a_passage("Another text.", "psg_two")
    judge = a_judge(corpus=FakeCorpus([a_passage(), two], [a_source()]))
    event = QuestionConcluded(
        a_question_id(),
        ConclusionCode.NOTHING_FOUND,
        "retriever",
        nearest_passage_ids=("psg_one", "psg_two", "psg_gone"),
    )

    answer = await judge.decide_conclusion(event, version=1, trace_id="")

    steps = json.loads(answer.document)["outcome"]["you_can"]
    assert [s for s in steps if s["href"] == "https://example.org/azacitidine"] == [
        {
            "label": "Azacitidine and MDS (Caveat demonstration notes)",
            "href": "https://example.org/azacitidine",
        }
    ]


async def test_a_conclusion_asks_the_retriever_for_nothing_it_does_not_need() -> None:
    corpus = FakeCorpus([], [])
    corpus.away = True
    event = QuestionConcluded(a_question_id(), ConclusionCode.CRISIS, "router")

    answer = await a_judge(corpus=corpus).decide_conclusion(event, version=1, trace_id="")

    assert json.loads(answer.document)["status"] == "refused"
