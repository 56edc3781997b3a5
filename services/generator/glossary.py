"""Choose the words that a page explains: the first it uses without saying what they are. Pure."""

from collections.abc import Iterable, Sequence

from caveat.model import DraftSentence, Evidence, Passage
from caveat.terms import Vocabulary
from services.generator.plan import defined_in
from services.generator.words import terms

MOST_WORDS = 8  # a longer list explains more than a reader looks up
_EXPLAINING = "what_it_is"
_NEARLY_ALL = 0.8  # of a definition's words


def to_explain(sentences: Sequence[DraftSentence], evidence: Evidence) -> tuple[Passage, ...]:
    """List the definitions of the words that sentences use, in the order of their first use."""
    vocabulary = Vocabulary(evidence.definitions)
    used = (use.definition for s in sentences for use in vocabulary.uses(s.text))
    said = frozenset(_said(sentences, evidence, vocabulary))
    wanted = (d for d in dict.fromkeys(used) if d.passage_id not in said)
    return tuple(wanted)[:MOST_WORDS]


def _said(
    sentences: Iterable[DraftSentence], evidence: Evidence, vocabulary: Vocabulary
) -> Iterable[str]:
    """Yield the definitions that the page needs no more: a sentence on it says what the word is."""
    facet_of = {ranked.passage.passage_id: ranked.passage.facet for ranked in evidence.passages}
    for sentence in sentences:
        for use in vocabulary.uses(sentence.text):
            if _tells(sentence.text, use.definition):
                yield use.definition.passage_id
        if any(facet_of.get(c.passage_id) == _EXPLAINING for c in sentence.citations):
            for use in vocabulary.uses(defined_in(sentence.text)):
                yield use.definition.passage_id


def _tells(text: str, definition: Passage) -> bool:
    """Tell whether a text says nearly all that a definition does."""
    meaning = frozenset(terms(definition.text))
    return len(meaning & frozenset(terms(text))) >= _NEARLY_ALL * len(meaning)
