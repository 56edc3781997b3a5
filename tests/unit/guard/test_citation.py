import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caveat.model import DraftCitation, DraftSentence, Passage, Quote
from services.guard.validators import citation
from tests.unit.guard.builders import (
    ASKED,
    FIRST,
    OFFSET,
    SECOND,
    TEXT,
    THIRD,
    a_citation,
    a_cited,
    a_passage,
    an_examination,
)


def found(sentence: DraftSentence, **changes: Any) -> list[tuple[str, str]]:
    return [(h.rule_id, h.message) for h in citation.check(an_examination(sentence, **changes))]


def rules(sentence: DraftSentence, **changes: Any) -> list[str]:
    return [rule_id for rule_id, _ in found(sentence, **changes)]


@pytest.mark.parametrize("text", [FIRST, SECOND, THIRD])
def test_lets_the_exact_words_of_a_passage_pass(text: str) -> None:
    assert rules(a_cited("s1", text)) == []


def test_lets_the_words_pass_across_a_line_end_and_without_the_stop() -> None:
    exact = f"{SECOND}\n{THIRD}"

    assert rules(DraftSentence("s1", f"{SECOND} {THIRD}", (a_citation(exact),))) == []
    assert rules(DraftSentence("s1", FIRST.rstrip("."), (a_citation(FIRST),))) == []


def test_lets_a_sentence_pass_inside_a_longer_quote() -> None:
    assert rules(DraftSentence("s1", SECOND, (a_citation(TEXT),))) == []


def test_a_clinical_sentence_names_its_source() -> None:
    assert rules(DraftSentence("s1", FIRST)) == ["citation.missing"]


def test_an_uncertain_sentence_counts_as_clinical() -> None:
    assert rules(DraftSentence("s1", "Hope remains.")) == ["citation.missing"]


def test_a_question_needs_no_source() -> None:
    assert rules(DraftSentence("s1", ASKED)) == []


def test_a_question_that_cites_is_held_to_its_citation() -> None:
    wrong = a_citation(FIRST, start=OFFSET + 1, end=OFFSET + 1 + len(FIRST))

    assert rules(DraftSentence("s1", ASKED, (wrong,))) == ["citation.quote_mismatch"]


def test_a_text_judged_alone_is_not_asked_for_sources() -> None:
    assert rules(DraftSentence("s1", FIRST), cited=False) == []


def test_a_passage_outside_the_evidence_is_unknown() -> None:
    sentence = a_cited("s1", FIRST)

    assert found(sentence, evidence={}) == [
        ("citation.unknown", "the passage is not in the evidence of this question")
    ]


def test_a_passage_that_is_not_in_the_corpus_is_unknown() -> None:
    assert found(a_cited("s1", FIRST), corpus={}) == [
        ("citation.unknown", "the passage is not in the corpus")
    ]


@pytest.mark.parametrize(
    "changed", [{"text": TEXT + " "}, {"start": OFFSET + 1}, {"source_id": "src_two"}]
)
def test_a_passage_that_differs_from_the_corpus_is_unknown(changed: dict[str, Any]) -> None:
    stored: Passage = replace(a_passage(), **changed)

    assert found(a_cited("s1", FIRST), corpus={"psg_one": stored}) == [
        ("citation.unknown", "the passage in the evidence differs from the corpus")
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"start": OFFSET + 1, "end": OFFSET + 1 + len(FIRST)},
        {"start": 0, "end": len(FIRST)},
        {"start": -5, "end": len(FIRST)},
        {"end": OFFSET + len(FIRST) - 1},
        {"end": OFFSET + len(FIRST) + 1},
        {"exact": FIRST.replace("higher", "lower")},
        {"exact": ""},
        {"exact": "   "},
        {"exact": "", "start": OFFSET, "end": OFFSET},
        {"prefix": "You should know: "},
        {"suffix": " Stop taking it."},
    ],
)
def test_a_quote_that_is_not_where_it_says_is_a_mismatch(changed: dict[str, Any]) -> None:
    sentence = DraftSentence("s1", FIRST, (a_citation(FIRST, **changed),))

    assert rules(sentence) == ["citation.quote_mismatch"]


def test_a_quote_at_the_end_of_a_passage_cannot_end_behind_it() -> None:
    past = a_citation(THIRD, end=OFFSET + len(TEXT) + 900)

    assert rules(DraftSentence("s1", THIRD, (past,))) == ["citation.quote_mismatch"]


@pytest.mark.parametrize("text", ["Azacitidine", "", " . ", "...", "Salt is found in bread."])
def test_a_sentence_that_no_quote_carries_is_unsupported(text: str) -> None:
    assert "citation.unsupported" in rules(DraftSentence("s1", text, (a_citation(FIRST),)))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (FIRST.replace("higher", "lower"), "citation.polarity"),
        (FIRST.replace("Azacitidine", "Decitabine"), "citation.entity"),
        (FIRST.replace(" is ", " is not "), "citation.polarity"),
        (FIRST.rstrip(".") + " and cures it.", "citation.polarity"),
        (FIRST.rstrip(".") + " for 5 days.", "citation.number"),
    ],
)
def test_a_sentence_that_says_something_else_is_stopped_by_name(text: str, rule: str) -> None:
    assert rule in rules(DraftSentence("s1", text, (a_citation(FIRST),)))


@pytest.mark.parametrize(
    "text",
    [
        "In higher-risk MDS, azacitidine is used.",
        "Azacitidine is a treatment that is used when MDS is higher-risk.",
    ],
)
def test_a_true_paraphrase_passes(text: str) -> None:
    assert rules(DraftSentence("s1", text, (a_citation(FIRST),))) == []


def test_a_paraphrase_that_one_of_two_quotes_carries_passes() -> None:
    quotes = (a_citation(THIRD), a_citation(FIRST))

    assert rules(DraftSentence("s1", "In higher-risk MDS, azacitidine is used.", quotes)) == []


def test_a_finding_spans_the_words_that_differ() -> None:
    text = "In h\u200bigher-risk MDS, decitabine is used."
    [hit] = citation.check(an_examination(DraftSentence("s1", text, (a_citation(FIRST),))))

    assert (hit.rule_id, text[hit.start : hit.end]) == ("citation.entity", "decitabine")


CROPPED = (
    ("It is not true that azacitidine cures MDS.", "azacitidine cures MDS."),
    ("No trial has shown that turmeric helps.", "turmeric helps."),
    ("MDS can be cured only by a transplant.", "MDS can be cured"),
    ("Half of them responded (in 2012). None did later.", "Half of them responded"),
    ("The figure was 24.5 months.", "The figure was 24"),
)


@pytest.mark.parametrize(("text", "part"), CROPPED)
def test_a_part_of_a_sentence_is_no_quote(text: str, part: str) -> None:
    passage = a_passage(text)
    sentence = DraftSentence("s1", part, (a_citation(part, passage),))
    whole = DraftSentence("s1", part, (a_citation(text, passage),))
    by_id = {passage.passage_id: passage}

    assert rules(sentence, evidence=by_id, corpus=by_id) == ["citation.unsupported"]
    assert rules(whole, evidence=by_id, corpus=by_id) == ["citation.unsupported"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Symptoms\nFatigue is common\nBruises", "Fatigue is common"),
        ('She said "it helps." Many agree.', "Many agree."),
        ("It helps (a little.) Many agree.", "Many agree."),
        ("Does it help? It does! Some say so .", "It does!"),
        ("Does it help? It does! Some say so .", "Some say so ."),
        ("Only this", "Only this."),
    ],
)
def test_a_whole_sentence_is_known_by_its_surroundings(text: str, whole: str) -> None:
    passage = a_passage(text)
    exact = whole if whole in text else whole.rstrip(".")
    sentence = DraftSentence("s1", whole, (a_citation(exact, passage),))
    by_id = {passage.passage_id: passage}

    assert rules(sentence, evidence=by_id, corpus=by_id) == []


def test_one_sound_quote_does_not_excuse_an_invented_one() -> None:
    invented = DraftCitation("psg_other", Quote("x", "", "", 0, 1))
    sentence = DraftSentence("s1", FIRST, (a_citation(FIRST), invented))

    assert rules(sentence) == ["citation.unknown"]


def test_a_finding_spans_the_sentence() -> None:
    [hit] = citation.check(an_examination(DraftSentence("s7", FIRST)))

    assert (hit.sentence, hit.start, hit.end) == ("s7", 0, len(FIRST))


@given(st.text(max_size=60), st.text(max_size=20), st.integers(-99, 999), st.integers(-99, 999))
def test_never_raises_and_never_supports_what_is_not_there(
    text: str, exact: str, start: int, end: int
) -> None:
    sentence = DraftSentence(
        "s1", text, (DraftCitation("psg_one", Quote(exact, "", "", start, end)),)
    )

    for hit in citation.check(an_examination(sentence)):
        assert 0 <= hit.start <= hit.end <= len(text)
    if "?" not in text and not rules(sentence):
        words = re.findall(r"[^\W\d_]{4,}", text.casefold())
        assert words
        assert any(word in TEXT.casefold() for word in words)


@pytest.mark.timeout(30)
def test_five_hundred_citations_are_judged() -> None:
    sentence = DraftSentence("s1", FIRST, (a_citation(FIRST),) * 500)

    assert rules(sentence) == []
    assert "citation.unsupported" in rules(replace(sentence, text="word " * 700))
