"""Turn ranked passages into evidence, or find that nothing was found. Pure.

BM25 alone lets a passage that repeats one word of the question pass one that speaks of all of it,
and always finds something. So each hit is weighed by its *coverage*: the share of the question's
concepts that it speaks of, rare ones counting more, and the side that is asked about (symptoms,
side effects) less than the thing itself. A hit with too little coverage is no evidence.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from caveat.errors import PermanentError, UnknownRecord
from caveat.instructions import quarantined
from caveat.model import (
    ConclusionCode,
    Evidence,
    Intent,
    Passage,
    QuestionConcluded,
    RankedPassage,
    RoutedQuestion,
    Source,
)
from services.retriever.definitions import definitions_for
from services.retriever.ports import Corpus, Hit, Ranking
from services.retriever.records import Entry

DEFAULT_LIMIT, LARGEST_LIMIT = 12, 50
LONGEST_TEXT = 16_384  # code points: a question of 4,096 and what the router adds to it
MOST_IDS = 500
STAGE = "retriever"

_POOL = 4  # hits looked at for each passage wanted
_ENOUGH = 0.6  # coverage that makes a hit evidence (tests/unit/retriever/test_relevance.py)
_ENOUGH_ON_SUBJECT = 0.2  # the same, when the question names the very subject of the passage
_ASPECT = 0.4  # what an aspect weighs beside the average thing
_FLOOR = 0.1  # share of the best score below which a hit adds nothing
_PREFERRED = 1.5  # what the score of a passage gains when the intent asks for its facet
_NEAREST = 3

_FACETS: Mapping[Intent, frozenset[str]] = {
    Intent.AVAILABILITY: frozenset({"status", "trials", "why"}),
    Intent.DEFINITION: frozenset({"what_it_is"}),
    Intent.SYMPTOMS: frozenset({"symptoms"}),
    Intent.CAUSES: frozenset({"causes"}),
    Intent.DIAGNOSIS: frozenset({"diagnosis"}),
    Intent.OUTLOOK: frozenset({"outlook"}),
    Intent.TREATMENT: frozenset({"treatment", "process"}),
    Intent.RISKS: frozenset({"risks"}),
    Intent.TRIALS: frozenset({"trials"}),
    Intent.SUPPORT: frozenset({"support"}),
    Intent.PREVENTION: frozenset({"prevention"}),
    Intent.GENERAL: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The evidence for a text, how many passages were found, and what came nearest."""

    evidence: Evidence
    found: int
    nearest: tuple[str, ...]


def retrieve(
    corpus: Corpus,
    text: str,
    *,
    limit: int = DEFAULT_LIMIT,
    intent: Intent = Intent.GENERAL,
) -> Retrieval:
    """Find the evidence for a text; none at all means that nothing was found.

    Raises PermanentError for a limit or a text outside the contract.
    """
    if not 1 <= limit <= LARGEST_LIMIT:
        raise PermanentError(f"limit is {limit}, not 1 to {LARGEST_LIMIT}")
    if len(text) > LONGEST_TEXT:
        raise PermanentError(f"the text has {len(text)} characters, more than {LONGEST_TEXT}")
    ranking = corpus.index.search(text, limit * _POOL)
    weighed = sorted(
        _weigh(ranking, _FACETS[intent]), key=lambda w: (-w.score, w.hit.passage.passage_id)
    )
    # A passage that speaks to software never reaches the one that drafts.
    relevant = [w for w in _relevant(weighed) if not quarantined(w.hit.passage.text)]
    passages = tuple(_rank(relevant[:limit]))
    return Retrieval(
        _evidence(corpus, passages),
        len(relevant),
        tuple(w.hit.passage.passage_id for w in weighed[:_NEAREST]),
    )


def nothing_found(question: RoutedQuestion, retrieval: Retrieval) -> QuestionConcluded:
    """Conclude a question that the corpus says nothing on. No free text goes along."""
    return QuestionConcluded.of(
        question,
        ConclusionCode.NOTHING_FOUND,
        STAGE,
        evidence=retrieval.evidence,
        nearest_passage_ids=retrieval.nearest,
    )


def look_up(
    corpora: Iterable[Corpus], passage_ids: Iterable[str]
) -> tuple[tuple[Passage, ...], tuple[Source, ...]]:
    """Find passages by id with their sources, in the order asked; unknown ids are left out.

    Raises PermanentError for too many ids.
    """
    wanted = tuple(dict.fromkeys(passage_ids))
    if len(wanted) > MOST_IDS:
        raise PermanentError(f"{len(wanted)} passage ids, more than {MOST_IDS}")
    passages: dict[str, Passage] = {}
    sources: dict[str, Source] = {}
    for corpus in corpora:
        for passage_id in wanted:
            if passage_id in passages or (passage := corpus.passage(passage_id)) is None:
                continue
            passages[passage_id] = passage
            sources.update((s.source_id, s) for s in _sources(corpus, (passage,)))
    return tuple(passages[i] for i in wanted if i in passages), tuple(sources.values())


def look_up_source(corpora: Iterable[Corpus], source_id: str) -> Entry:
    """Find a source with its stored text and its passages in order. Raises UnknownRecord."""
    for corpus in corpora:
        if (entry := corpus.entry(source_id)) is not None:
            return entry
    raise UnknownRecord("no version that is served has a source of this id")


@dataclass(frozen=True, slots=True)
class _Weighed:
    hit: Hit
    score: float
    coverage: float

    @property
    def is_enough(self) -> bool:
        return self.coverage >= (_ENOUGH_ON_SUBJECT if self.hit.on_subject else _ENOUGH)


def _weigh(ranking: Ranking, preferred: frozenset[str]) -> Iterator[_Weighed]:
    weight = _weights(ranking)
    whole = sum(weight.values())
    for hit in ranking.hits:
        coverage = sum(weight[name] for name in hit.held) / whole
        gain = _PREFERRED if hit.passage.facet in preferred else 1.0
        yield _Weighed(hit, hit.score * coverage * gain, coverage)


def _weights(ranking: Ranking) -> dict[str, float]:
    """Weigh things by rarity and each aspect as a part of the average thing.

    Passages name sides of things too often or too seldom for rarity to say what they matter. A
    thing that every passage speaks of still weighs a little.
    """
    things = {
        concept.name: math.log((ranking.size + 1) / (concept.passages + 0.5))
        for concept in ranking.concepts
        if not concept.is_aspect
    }
    average = sum(things.values()) / len(things) if things else 1.0
    return {c.name: things.get(c.name, _ASPECT * average) for c in ranking.concepts}


def _relevant(weighed: Iterable[_Weighed]) -> list[_Weighed]:
    """Keep the hits that cover enough, while they are not much worse than the best of them."""
    enough = [each for each in weighed if each.is_enough]
    return [each for each in enough if each.score >= _FLOOR * enough[0].score]


def _rank(weighed: list[_Weighed]) -> Iterator[RankedPassage]:
    for each in weighed:
        yield RankedPassage(each.hit.passage, round(1000 * each.score / weighed[0].score))


def _sources(corpus: Corpus, passages: Iterable[Passage]) -> Iterator[Source]:
    for source_id in dict.fromkeys(passage.source_id for passage in passages):
        if (source := corpus.source(source_id)) is not None:
            yield source


def _evidence(corpus: Corpus, ranked: tuple[RankedPassage, ...]) -> Evidence:
    passages = tuple(each.passage for each in ranked)
    explaining = definitions_for(corpus.vocabulary, passages)
    definitions = tuple(d for d in explaining if not quarantined(d.text))
    return Evidence(
        corpus_version=corpus.description.corpus_version,
        kinds_searched=corpus.description.kinds,
        passages=ranked,
        sources=tuple(_sources(corpus, (*passages, *definitions))),
        as_of=corpus.description.as_of,
        definitions=definitions,
    )
