"""Weigh the sentences of the evidence by how much of a question they speak of. Pure.

A question asks for a side of a thing: "the symptoms of MDS". The thing has to be spoken of in the
sentence or be the subject of its passage. The side is told by the passage's facet as well as by
words, since sentences on how MDS is found seldom say "diagnosed".
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from caveat.model import Intent, RoutedQuestion
from services.generator.plan import ASPECTS, EXPLAINING, PLAN, defined_in
from services.generator.sentences import Candidate
from services.generator.words import FAINT, terms, things

_ASPECT = 0.5  # what the side asked for counts beside the thing
_EXPANSION = 0.5  # what a word counts that only the expanded question holds
_FACET_SAYS = 0.75  # what a word counts that only the facet says for the sentence
_OFF_TOPIC = 0.5  # what is left of a score when the sentence does not name the topic
_EXPLAINS = 1.4  # what a sentence gains that says what the thing asked about is
_FIRST_FACET, _EARLY_FACET = 1.5, 1.2

_UNHEARD = 2.5  # what a word weighs that names a thing and that no sentence of the evidence says
_BEGINNING = 5  # letters by which two forms of a word are known
_LEAST_HEARD = 0.4  # the part of a question that has to be spoken of for it to be answered

_ALL_ASPECTS = frozenset().union(*ASPECTS.values())


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with how well it answers, how much it is about the thing, and what it adds.

    `adds` holds its words beyond those of the question. `says_the_aspect` tells whether it, or its
    facet, speaks of the side that is asked for; so does every sentence when none is.
    """

    candidate: Candidate
    score: float
    about: float
    adds: frozenset[str]
    says_the_aspect: bool


def score(question: RoutedQuestion, candidates: Iterable[Candidate]) -> list[Scored]:
    """Weigh each sentence that speaks of what is asked, best first."""
    heard = [_Heard.of(candidate) for candidate in candidates]
    asked = _Asked.of(question, heard)
    if not asked.is_heard():
        return []
    scored = [
        Scored(
            candidate=one.candidate,
            score=asked.answered_by(one),
            about=asked.named_by(one),
            adds=one.own - asked.words,
            says_the_aspect=not asked.aspects or not asked.aspects.isdisjoint(one.own | one.facet),
        )
        for one in heard
        if asked.concerns(one)
    ]
    return sorted(
        (s for s in scored if s.score > 0),
        key=lambda s: (-s.score, s.candidate.rank, s.candidate.start),
    )


@dataclass(frozen=True, slots=True)
class _Heard:
    """A candidate with the words that itself, its passage's subject, and its facet say."""

    candidate: Candidate
    own: frozenset[str]
    subject: frozenset[str]
    facet: frozenset[str]

    @classmethod
    def of(cls, candidate: Candidate) -> "_Heard":
        passage = candidate.passage
        return cls(
            candidate,
            own=frozenset(terms(candidate.text)),
            subject=frozenset(terms(passage.subject)),
            facet=ASPECTS.get(passage.facet, frozenset()),
        )

    @property
    def said(self) -> frozenset[str]:
        return self.own | self.subject

    @property
    def standing(self) -> float:
        """What the search itself thought of the passage."""
        return 0.6 + 0.4 * self.candidate.score_permille / 1000


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question asks: its words, those that name things, those of its topic, and weights."""

    intent: Intent
    words: frozenset[str]
    things: frozenset[str]
    topic: frozenset[str]
    weights: dict[str, float]
    unheard: frozenset[str]

    @classmethod
    def of(cls, question: RoutedQuestion, heard: list[_Heard]) -> "_Asked":
        """Weigh a question's words by how rare they are in the evidence."""
        spread = Counter(word for one in heard for word in one.said | one.facet)
        added = frozenset(terms(question.search_text))
        own = frozenset(terms(question.text)) & added
        topic = frozenset(terms(question.topic.label)) if question.topic else frozenset()
        weights = {
            word: (1.0 if word in own else _EXPANSION)
            * (_ASPECT if word in _ALL_ASPECTS else 1.0)
            * math.log(1 + len(heard) / spread[word])
            for word in sorted(own | added)
            if word in spread
        }
        return cls(
            intent=question.intent,
            words=own | added,
            things=things(own | added, _ALL_ASPECTS),
            topic=topic,
            weights=weights,
            unheard=_unheard(things(own, _ALL_ASPECTS | FAINT) - topic, spread.keys()),
        )

    def is_heard(self) -> bool:
        """Tell whether the evidence speaks of enough of the question to answer it.

        "Which foods help with anemia?" is not answered by evidence that names no food.
        """
        whole = sum(self.weights.values())
        missing = _UNHEARD * len(self.unheard)
        return not missing or whole / (whole + missing) > 1 - _LEAST_HEARD

    @property
    def aspects(self) -> frozenset[str]:
        """The words that name the side asked for."""
        return self.words & _ALL_ASPECTS

    def concerns(self, one: _Heard) -> bool:
        """Tell whether a sentence speaks of the thing, and not only of the same side of another."""
        on_subject = bool(one.subject) and one.subject <= self.words
        return on_subject or not self.things or not one.said.isdisjoint(self.things)

    def answered_by(self, one: _Heard) -> float:
        """Weigh how well a sentence answers: how much of the question it speaks of, and where."""
        plan, facet = PLAN[self.intent], one.candidate.passage.facet
        fit = _FIRST_FACET if facet == plan[0] else _EARLY_FACET if facet in plan[:3] else 1.0
        if self.intent in EXPLAINING:
            named = frozenset(terms(defined_in(one.candidate.text)))
            fit *= _EXPLAINS if named and named <= self.words else 1.0
        return self._share(self.words, one) * fit * one.standing

    def named_by(self, one: _Heard) -> float:
        """Weigh how much a sentence is about the thing, whichever side of it is asked for."""
        named = self.things & self.weights.keys()
        return self._share(named or self.words, one) * one.standing

    def _share(self, words: frozenset[str], one: _Heard) -> float:
        """Weigh the words that are spoken of against all. A half of them is worth a quarter."""
        whole = part = 0.0
        for word, weight in self.weights.items():
            if word not in words:
                continue
            whole += weight
            if word in one.said:
                part += weight
            elif word in one.facet:
                part += weight * _FACET_SAYS
        kept = 1.0 if self.topic <= one.said else _OFF_TOPIC
        return kept * (part / whole) ** 2 if whole else 0.0


def _unheard(wanted: Iterable[str], heard: Iterable[str]) -> frozenset[str]:
    """Choose the words that nothing says; "collection" is said by "collecting"."""
    beginnings = {word[:_BEGINNING] for word in heard}
    return frozenset(word for word in wanted if word[:_BEGINNING] not in beginnings)
