"""What the guard is timed on: a draft of thirty cited sentences, and lines for `caveat check`."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice

from benchmarks.command import ROOT
from caveat.errors import StartupError
from caveat.model import (
    AnswerDrafted,
    Block,
    BlockType,
    Disposition,
    Draft,
    DraftCitation,
    DraftSentence,
    Evidence,
    Intent,
    Item,
    Passage,
    RankedPassage,
    RoutedQuestion,
    Section,
    Source,
    Topic,
)
from services.gateway.core import uuid7
from services.generator.sentences import quote_of, spans
from services.guard.core import run_families, settle
from services.guard.examination import Examination, state
from services.guard.policy import Policy
from services.retriever.notes import read_notes

SENTENCES = 30
_LINES = ("development/advice.jsonl", "train/advice.jsonl", "train/general.jsonl")


@dataclass(frozen=True, slots=True)
class Material:
    """A draft, and the guard's view of the corpus that it cites."""

    event: AnswerDrafted
    known: Mapping[str, Passage]
    sources: Mapping[str, Source]

    async def passages(
        self, ids: Iterable[str]
    ) -> tuple[Mapping[str, Passage], Mapping[str, Source]]:
        """See Corpus."""
        found = {one: self.known[one] for one in ids}
        owners = {passage.source_id for passage in found.values()}
        return found, {one: self.sources[one] for one in owners}


def material(policy: Policy) -> Material:
    """Cite thirty sentences of the notes to themselves, those that the policy lets pass."""
    entries = read_notes(ROOT / "corpus" / "notes")
    every = [passage for entry in entries for passage in entry.passages]
    chosen = list(islice(_passing(every, policy), SENTENCES))
    if len(chosen) < SENTENCES:
        raise StartupError("the notes hold too few sentences that the policy lets pass")
    cited = {c.passage_id for sentence in chosen for c in sentence.citations}
    known = {passage.passage_id: passage for passage in every if passage.passage_id in cited}
    owners = {passage.source_id for passage in known.values()}
    sources = {e.source.source_id: e.source for e in entries if e.source.source_id in owners}
    evidence = Evidence(
        "corpus-1",
        tuple(dict.fromkeys(source.type for source in sources.values())),
        tuple(RankedPassage(passage, 1000) for passage in known.values()),
        tuple(sources.values()),
        "2026-11-20",
    )
    return Material(AnswerDrafted(_question(), evidence, _draft(chosen)), known, sources)


def _passing(passages: Sequence[Passage], policy: Policy) -> Iterator[DraftSentence]:
    """Yield at most two sentences of each passage: a page rests on many passages."""
    number = 0
    for passage in passages:
        by_id = {passage.passage_id: passage}
        for start, end in islice(spans(passage.text), 2):
            text = " ".join(passage.text[start:end].split())
            given = DraftCitation(passage.passage_id, quote_of(passage, start, end))
            sentence = DraftSentence(f"s{number + 1}", text, (given,))
            alone = Examination(policy, (state(sentence, policy),), by_id, by_id)
            if not settle(run_families(alone), policy).findings:
                number += 1
                yield sentence


def _draft(sentences: Sequence[DraftSentence]) -> Draft:
    ids = [sentence.sentence_id for sentence in sentences]
    blocks = tuple(
        Block(BlockType.PARAGRAPH, (Item(tuple(ids[start : start + 5])),))
        for start in range(0, len(ids), 5)
    )
    return Draft("extractive/1", tuple(sentences), (ids[0],), (Section("treatment", blocks),))


def _question() -> RoutedQuestion:
    text = "What is known about MDS and CAR T-cell therapy?"
    now = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    return RoutedQuestion(
        question_id=uuid7(now, bytes(10)), text=text, redacted=False, lang="en", region="US",
        audience="patient", asked_on="2026-11-22", topic=Topic("MDS", ()),
        intent=Intent.GENERAL, disposition=Disposition.ANSWER, search_text=text, digest="0" * 64,
    )  # fmt: skip


def check_lines(count: int) -> Sequence[str]:
    """Return lines for `caveat check`: authored sentences, a third of them general information."""
    folder = ROOT / "evaluation" / "guard"
    files = [(folder / name).read_text(encoding="utf-8").splitlines() for name in _LINES]
    mixed = cycle(row for rows in zip(*files, strict=False) for row in rows)
    return [json.dumps({"text": json.loads(row)["text"]}) for row in islice(mixed, count)]
