"""The words that a page explains, and where it uses each of them first. Pure.

A draft only says which of its sentences explain words. The word is the one that the cited
definition of the corpus names, and the places are found here, in the sentences that are left: so
no name and no offset of a draft is ever shown, and a redrafted sentence has no stale marks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from caveat.model import Draft, Evidence
from caveat.terms import Vocabulary, is_said, names_of
from services.guard.core import body_sentences


@dataclass(frozen=True, slots=True)
class Mark:
    """The first use of a word on a page; offsets are code points of the sentence."""

    sentence: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Explained:
    """A word of the page, the sentence that says what it means, and where it is used first."""

    term: str
    sentence: str
    first: Mark


def explained(draft: Draft, evidence: Evidence) -> dict[str, Explained]:
    """Find the words that the glossary explains, by id, in the order in which the page uses them.

    A word that the page does not use is not among them, and none is there twice.
    """
    sentence_of = dict(reversed([*_explaining(draft, evidence)]))
    texts = {s.sentence_id: s.text for s in draft.sentences}
    vocabulary = Vocabulary(evidence.definitions)
    found: dict[str, Explained] = {}
    for sentence_id in body_sentences(draft):
        for use in vocabulary.uses(texts[sentence_id]):
            passage_id = use.definition.passage_id
            if passage_id in sentence_of and passage_id not in found:
                mark = Mark(sentence_id, use.start, use.end)
                term = names_of(use.definition)[0]
                found[passage_id] = Explained(term, sentence_of[passage_id], mark)
    return {f"t{number}": word for number, word in enumerate(found.values(), 1)}


def keep_used(draft: Draft, evidence: Evidence) -> Draft:
    """Leave out of the glossary what explains no word of the page, or one that is explained.

    A sentence that is no definition stays: it has no place there, and a rule drops it and says so.
    """
    used = {word.sentence for word in explained(draft, evidence).values()}
    needless = {sentence_id for _, sentence_id in _explaining(draft, evidence)} - used
    kept = (s for s in dict.fromkeys(draft.glossary) if s not in needless)
    return replace(draft, glossary=tuple(kept))


def _explaining(draft: Draft, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield each definition that a sentence of the glossary cites and says, with the sentence."""
    definitions = {d.passage_id: d for d in evidence.definitions}
    sentences = {s.sentence_id: s for s in draft.sentences}
    for sentence_id in draft.glossary:
        sentence = sentences[sentence_id]
        for citation in sentence.citations:
            definition = definitions.get(citation.passage_id)
            if definition and is_said(definition, sentence.text):
                yield definition.passage_id, sentence_id
