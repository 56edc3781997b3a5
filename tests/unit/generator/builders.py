"""Builders of the generator's tests."""

import hashlib
from datetime import UTC, datetime

from caveat.model import (
    Disposition,
    Draft,
    DraftSentence,
    Evidence,
    Intent,
    Passage,
    RankedPassage,
    RoutedQuestion,
    Source,
    SourceType,
    Topic,
)
from services.generator.core import SUMMARY_SENTENCES, compose

QUESTION_ID = "01980000-0000-7000-8000-000000000001"
MDS = "Myelodysplastic syndromes (MDS)"
DIABETES = "Type 2 diabetes"


def a_routed_question(
    text: str = "What are the symptoms of MDS?",
    intent: Intent = Intent.SYMPTOMS,
    *,
    search_text: str = "",
    topic: str = "",
) -> RoutedQuestion:
    return RoutedQuestion(
        question_id=QUESTION_ID,
        text=text,
        redacted=False,
        lang="en",
        region="US",
        audience="patient",
        asked_on="2026-11-22",
        topic=Topic(topic) if topic else None,
        intent=intent,
        disposition=Disposition.ANSWER,
        search_text=search_text or text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def a_passage(
    text: str, facet: str = "symptoms", subject: str = MDS, *, start: int = 0, source: str = "src_1"
) -> Passage:
    digest = hashlib.sha256(f"{source}{start}{text}".encode()).hexdigest()[:12]
    return Passage(f"psg_{digest}", source, "A heading", facet, text, start, subject)


def some_evidence(*passages: Passage, scores: tuple[int, ...] = ()) -> Evidence:
    ranks = scores or tuple(range(1000, 1000 - len(passages), -1))
    return Evidence(
        corpus_version="cor_1",
        kinds_searched=(SourceType.DEMONSTRATION_NOTE,),
        passages=tuple(RankedPassage(p, s) for p, s in zip(passages, ranks, strict=True)),
        sources=tuple(a_source(source) for source in sorted({p.source_id for p in passages})),
        as_of="2026-11-22",
    )


def a_source(source_id: str) -> Source:
    return Source(
        source_id=source_id,
        type=SourceType.DEMONSTRATION_NOTE,
        title="A note",
        publisher="Caveat",
        url="https://example.org",
        updated_on=None,
        retrieved_at=datetime(2026, 11, 22, tzinfo=UTC),
        licence="Apache-2.0",
        text_sha256="0" * 64,
        tier=4,
    )


def sentence_of(draft: Draft, sentence_id: str) -> DraftSentence:
    [sentence] = [s for s in draft.sentences if s.sentence_id == sentence_id]
    return sentence


def summary_of(draft: Draft | None) -> list[str]:
    assert draft is not None
    return [sentence_of(draft, i).text for i in draft.summary]


def sections_of(draft: Draft | None) -> dict[str, list[str]]:
    assert draft is not None
    return {
        section.kind: [
            sentence_of(draft, i).text
            for block in section.blocks
            for item in block.items
            for i in item.sentences
        ]
        for section in draft.sections
    }


def placed_in(draft: Draft) -> list[str]:
    """List the ids of all sentences on the page, in the order of the page's parts."""
    return [
        *draft.summary,
        *(i for s in draft.sections for b in s.blocks for item in b.items for i in item.sentences),
        *(gap.sentence for gap in draft.gaps),
        *(question.sentence for question in draft.questions_to_ask),
    ]


def check_hold_together(draft: Draft, evidence: Evidence) -> None:
    """Hold a draft to its contract, as the guard does, and to what a composer of quotes owes."""
    ids = [s.sentence_id for s in draft.sentences]
    assert ids == [f"s{n}" for n in range(1, len(ids) + 1)]
    placed = placed_in(draft)
    assert len(set(placed)) == len(placed)
    assert set(placed) == set(ids)
    assert {b for q in draft.questions_to_ask for b in q.because} <= set(ids)
    assert draft.summary
    assert len(draft.summary) <= SUMMARY_SENTENCES
    texts = [s.text for s in draft.sentences]
    assert len(set(texts)) == len(texts)
    passages = {r.passage.passage_id: r.passage for r in evidence.passages}
    fixed = {g.sentence for g in draft.gaps} | {q.sentence for q in draft.questions_to_ask}
    for sentence in draft.sentences:
        assert (not sentence.citations) == (sentence.sentence_id in fixed)
        for citation in sentence.citations:
            passage, quote = passages[citation.passage_id], citation.quote
            begin, end = quote.start - passage.start, quote.end - passage.start
            assert passage.text[begin:end] == quote.exact
            assert " ".join(quote.exact.split()) == sentence.text
            assert passage.text[:begin].endswith(quote.prefix)
            assert passage.text[end:].startswith(quote.suffix)


FEVER = a_passage("Symptoms of MDS can include tiredness, pale skin, and fever.", start=100)
BRUISES = a_passage("People with MDS can bruise easily and have frequent infections.", start=400)
MARROW = a_passage("MDS are a group of cancers in which marrow cells fail.", "what_it_is")
BIOPSY = a_passage("In testing for MDS a biopsy of the bone marrow is done.", "diagnosis")
TRANSFUSIONS = a_passage(
    "Red cell transfusions are given to people with MDS who have anemia.", "treatment"
)
THIRST = a_passage("Symptoms of type 2 diabetes include thirst.", "symptoms", DIABETES)
APPROVED = a_passage("In 2020 the FDA approved luspatercept for anemia in MDS.", "status")
AZACITIDINE = a_passage("In 2004 the FDA approved azacitidine for people with MDS.", "status")
ALL = (FEVER, BRUISES, MARROW, BIOPSY, TRANSFUSIONS)


def composed(question: RoutedQuestion, *passages: Passage) -> Draft:
    draft = compose(question, some_evidence(*passages))
    assert draft is not None
    return draft
