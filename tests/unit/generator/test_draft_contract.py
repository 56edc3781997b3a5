from hypothesis import given, settings
from hypothesis import strategies as st

from caveat.model import Intent, Passage
from services.generator import plan
from services.generator.core import COMPOSER, compose
from tests.unit.generator.builders import (
    ALL,
    DIABETES,
    FEVER,
    MDS,
    a_passage,
    a_routed_question,
    check_hold_together,
    composed,
    sentence_of,
    some_evidence,
)


def test_the_same_question_and_evidence_give_the_same_draft() -> None:
    question = a_routed_question()

    assert composed(question, *ALL) == composed(question, *ALL)


def test_a_draft_keeps_its_contract() -> None:
    evidence = some_evidence(*ALL)

    check_hold_together(composed(a_routed_question(), *ALL), evidence)


def test_names_its_composer() -> None:
    assert composed(a_routed_question(), FEVER).composer == COMPOSER


def test_each_sentence_stands_word_for_word_in_its_passage_at_its_place() -> None:
    stored = "An introduction. Symptoms of MDS can include fever. The end."
    passage = a_passage(stored[17:], start=17)

    draft = composed(a_routed_question(), passage)

    sentence = sentence_of(draft, draft.summary[0])
    [citation] = sentence.citations
    assert sentence.text == "Symptoms of MDS can include fever."
    assert stored[citation.quote.start : citation.quote.end] == sentence.text
    assert citation.passage_id == passage.passage_id


_WORDS = st.sampled_from(
    ["MDS", "symptoms", "of", "fever", "The", "You", "It", "58", "2.5", "percent", "azacitidine",
     "Diabetes", "e.g.", "blood.", "cells.", "cancer?", "is", "a", "\n", "(so)", "\u201cno.\u201d"]
)  # fmt: skip
_PASSAGES = st.builds(
    lambda words, facet, subject, start, source: a_passage(
        " ".join(words), facet, subject, start=start, source=source
    ),
    st.lists(_WORDS, max_size=40),
    st.sampled_from([*plan.NAMES, "unheard_of", ""]),
    st.sampled_from([MDS, DIABETES, ""]),
    st.integers(0, 10_000),
    st.sampled_from(["src_1", "src_2"]),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(_PASSAGES, max_size=6, unique_by=lambda p: p.passage_id),
    st.lists(_WORDS, max_size=8),
    st.sampled_from(Intent),
    st.sampled_from(["", MDS, DIABETES]),
    st.lists(st.integers(0, 1000), min_size=6, max_size=6),
)
def test_any_evidence_gives_a_draft_that_keeps_its_contract_or_none(
    passages: list[Passage], words: list[str], intent: Intent, topic: str, scores: list[int]
) -> None:
    evidence = some_evidence(*passages, scores=tuple(scores[: len(passages)]))
    question = a_routed_question(" ".join(words), intent, topic=topic)

    draft = compose(question, evidence)

    assert compose(question, evidence) == draft
    if draft is not None:
        check_hold_together(draft, evidence)


@given(st.lists(st.text(max_size=200), max_size=4, unique=True), st.text(max_size=60))
def test_any_text_gives_a_draft_that_keeps_its_contract_or_none(
    texts: list[str], asked: str
) -> None:
    evidence = some_evidence(*(a_passage(text) for text in texts))

    draft = compose(a_routed_question(asked, Intent.GENERAL), evidence)

    if draft is not None:
        check_hold_together(draft, evidence)
