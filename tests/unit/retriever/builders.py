"""Builders and fakes for the retriever's tests."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from caveat import terms
from caveat.model import Disposition, Intent, Passage, RoutedQuestion, Source, SourceType
from caveat.terms import DEFINITION
from services.retriever.folder import CorpusFolder
from services.retriever.ports import Concept, CorpusDescription, Hit, Ranking
from services.retriever.records import Entry, Slice, entry
from services.retriever.version import Version, open_version
from services.retriever.words import Vocabulary, searchable
from tests.builders import a_question_id

NOTE = """---
note: {name}
title: {title}
topic: {topic}
as_of: "2026-11-22"
notice: Demonstration text in our own words. It has not been reviewed by a clinician.
rests_on:
  title: "A page: of someone"
  publisher: A publisher
  url: https://example.org/{name}
  type: {type}
  dated: "2022"
---

{body}
"""


def a_note(
    folder: Path,
    name: str = "a-note",
    *,
    body: str = "## risks: Fever\n\nCAR T-cell therapy can cause fever.",
    topic: str = "car-t-cell-therapy",
    title: str = "A note",
    type: str = "news_report",
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(NOTE.format(name=name, title=title, topic=topic, type=type, body=body))
    return path


def a_source(**changes: Any) -> Source:
    fields: dict[str, Any] = {
        "source_id": "",
        "type": SourceType.PATIENT_SUMMARY,
        "title": "A page",
        "publisher": "A site",
        "url": "https://example.org/page",
        "updated_on": None,
        "retrieved_at": datetime(2020, 2, 3, tzinfo=UTC),
        "licence": "CC BY 4.0",
        "text_sha256": "",
        "tier": 2,
    }
    return Source(**(fields | changes))


def an_entry(
    text: str, *, heading: str = "", subject: str = "", facet: str = "what_it_is", **changes: Any
) -> Entry:
    """Make a source whose every paragraph is a passage."""
    slices, at = [], 0
    for paragraph in text.split("\n\n"):
        slices.append(Slice(at, at + len(paragraph), heading, facet, subject))
        at += len(paragraph) + 2
    return entry(a_source(**changes), text, slices)


def a_passage(text: str, *, heading: str = "", subject: str = "", facet: str = "risks") -> Passage:
    [passage] = an_entry(text, heading=heading, subject=subject, facet=facet).passages
    return passage


def a_routed_question(search_text: str, **changes: Any) -> RoutedQuestion:
    fields: dict[str, Any] = {
        "question_id": a_question_id(),
        "text": "What is it?",
        "redacted": False,
        "lang": "en",
        "region": "US",
        "audience": "patient",
        "asked_on": "2026-11-22",
        "topic": None,
        "intent": Intent.GENERAL,
        "disposition": Disposition.ANSWER,
        "search_text": search_text,
        "digest": "d" * 64,
    }
    return RoutedQuestion(**(fields | changes))


def an_answer(**changes: Any) -> dict[str, Any]:
    """Make one line of MedQuAD."""
    line = {
        "id": "0000001-1",
        "source": "NHLBI",
        "url": "https://example.org/anemia",
        "focus": "Anemia",
        "question_type": "symptoms",
        "question": "What are the symptoms of Anemia ?",
        "answer": "The most common symptom of anemia is tiredness.",
    }
    return line | changes


def a_file_of(folder: Path, lines: Iterable[dict[str, Any] | str]) -> Path:
    path = folder / "medquad.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{text}\n" for text in texts))
    return path


WORDS_TEXT = "Blasts are young blood cells.\n\nFerritin is a protein that stores iron."


def some_words(*headings: str, text: str = WORDS_TEXT) -> Entry:
    """Make a source whose every paragraph defines a word."""
    slices, at = [], 0
    for paragraph, heading in zip(text.split("\n\n"), headings, strict=True):
        slices.append(Slice(at, at + len(paragraph), heading, DEFINITION, ""))
        at += len(paragraph) + 2
    return entry(a_source(url="https://example.org/words"), text, slices)


WORDS = some_words("blast / blast cell", "ferritin")


class FakeIndex:
    """A PassageIndex that counts words; plurals lose their s."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._vocabulary = Vocabulary(
            lambda text: [word.removesuffix("s") for word in text.split()]
        )
        self._passages = [(p, self._vocabulary.stems(*searchable(p))) for p in passages]

    def search(self, text: str, limit: int) -> Ranking:
        asked = self._vocabulary.concepts(text)
        hits = []
        for passage, stems in self._passages:
            held = frozenset(concept.name for concept in asked if concept.is_held_by(stems))
            names = [concept.name for concept in asked]
            on_subject = self._vocabulary.names_subject(names, passage.subject)
            if held:
                hits.append(Hit(passage, float(len(held)), held, on_subject))
        concepts = tuple(
            Concept(c.name, sum(c.is_held_by(s) for _, s in self._passages), c.is_aspect)
            for c in asked
        )
        hits.sort(key=lambda hit: -hit.score)
        return Ranking(len(self._passages), concepts, tuple(hits[:limit]))


class FakeCorpus:
    """A Corpus in memory."""

    def __init__(self, *entries: Entry, version: str = "cv_fake") -> None:
        self._entries = {e.source.source_id: e for e in entries}
        self._passages = {p.passage_id: p for e in entries for p in e.passages}
        words = [p for p in self._passages.values() if p.facet == DEFINITION]
        self._index = FakeIndex([p for p in self._passages.values() if p not in words])
        self.vocabulary = terms.Vocabulary(words)
        self.description = CorpusDescription(
            version,
            len(self._passages),
            len(self._entries),
            (SourceType.PATIENT_SUMMARY,),
            "2020-02-03",
        )

    @property
    def index(self) -> FakeIndex:
        return self._index

    def passage(self, passage_id: str) -> Passage | None:
        return self._passages.get(passage_id)

    def source(self, source_id: str) -> Source | None:
        found = self._entries.get(source_id)
        return found and found.source

    def entry(self, source_id: str) -> Entry | None:
        return self._entries.get(source_id)


class FakeShelf:
    """A Shelf with these corpora, the current one first."""

    def __init__(self, *versions: FakeCorpus) -> None:
        self.versions = versions

    @property
    def current(self) -> FakeCorpus:
        return self.versions[0]


def current(folder: CorpusFolder) -> Version:
    return open_version(folder.versions / folder.pointer().current)
