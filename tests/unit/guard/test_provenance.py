from dataclasses import replace
from typing import Any

import pytest

from caveat.model import DraftSentence, Source, SourceType
from services.guard.examination import examine
from services.guard.validators import citation
from tests.unit.guard.builders import (
    a_citation,
    a_draft,
    a_passage,
    a_policy,
    a_source,
    an_evidence,
    an_examination,
)

APPROVED = "The FDA approved the gel in 2019."
LABEL = a_policy().demonstration.shown()


def rules(source: Source | None, text: str = APPROVED, **changes: Any) -> list[str]:
    passage = a_passage(text)
    by_id = {passage.passage_id: passage}
    sentence = DraftSentence("s1", text, (a_citation(text, passage),))
    known = {source.source_id: source} if source else {}
    fields: dict[str, Any] = {"as_of": "2026-11-20"} | changes
    examination = an_examination(sentence, evidence=by_id, corpus=by_id, sources=known, **fields)
    return [hit.rule_id for hit in citation.check(examination)]


@pytest.mark.parametrize(
    "kind", [SourceType.LABEL, SourceType.GUIDELINE, SourceType.REGULATOR_PAGE]
)
def test_a_label_guideline_or_regulator_says_what_is_approved(kind: SourceType) -> None:
    assert rules(a_source(kind=kind)) == []


@pytest.mark.parametrize(
    "kind", [SourceType.NEWS_REPORT, SourceType.REVIEW, SourceType.TRIAL_REPORT]
)
def test_nobody_else_says_what_is_approved(kind: SourceType) -> None:
    assert rules(a_source(kind=kind)) == ["claim.availability"]


def test_a_demonstration_note_says_so_only_under_its_label() -> None:
    assert rules(a_source(), document={"notices": [LABEL]}) == []
    assert rules(a_source(), document={"notices": []}) == ["claim.availability"]
    assert rules(a_source()) == []  # a draft alone has no page yet


@pytest.mark.parametrize(
    "text", ["The data are available.", "The gel is used.", "Is the gel available?"]
)
def test_other_sentences_need_no_such_source(text: str) -> None:
    assert rules(a_source(kind=SourceType.REVIEW), text) == []


def test_an_unknown_source_stops_nothing() -> None:
    assert rules(None) == []


def test_a_retracted_source_stops_a_sentence() -> None:
    assert rules(replace(a_source(), retracted=True), "It helps.") == ["citation.retracted"]


@pytest.mark.parametrize(
    ("updated_on", "as_of", "wanted"),
    [
        ("2026-01-01", "2026-11-20", []),
        ("1999-01-01", "2026-11-20", ["citation.stale"]),
        ("2011-11-24", "2026-11-20", []),  # 5,475 days
        ("2011-11-23", "2026-11-20", ["citation.stale"]),
        (None, "2026-11-20", []),
        ("1999", "2026-11-20", []),
        ("1999-01-01", "", []),
    ],
)
def test_an_old_source_stops_a_sentence_and_an_unknown_date_does_not(
    updated_on: str | None, as_of: str, wanted: list[str]
) -> None:
    source = replace(a_source(), updated_on=updated_on)

    assert rules(source, "It helps.", as_of=as_of) == wanted


def test_an_examination_knows_the_sources_of_its_evidence() -> None:
    examination = examine(a_draft(), an_evidence(), {}, a_policy())

    assert examination.sources == {"src_one": a_source()}
    assert examination.as_of == "2026-11-20"
