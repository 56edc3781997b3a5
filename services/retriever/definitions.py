"""The words that the corpus explains: those that some passages use, and one by its name. Pure."""

from collections.abc import Iterable

from caveat.errors import UnknownRecord
from caveat.model import Passage, Source
from caveat.terms import LONGEST_TERM, Vocabulary
from services.retriever.ports import Corpus

MOST_DEFINITIONS = 20  # for one question; a page has room for fewer


def definitions_for(vocabulary: Vocabulary, passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Find the definitions of the words that passages use, those of the best passage first."""
    used = (use.definition for passage in passages for use in vocabulary.uses(passage.text))
    return tuple(dict.fromkeys(used))[:MOST_DEFINITIONS]


def define(corpus: Corpus, term: str) -> tuple[Passage, Source]:
    """Find the definition of a word in any of its spellings. Raises UnknownRecord."""
    definition = corpus.vocabulary.named(term) if len(term) <= LONGEST_TERM else None
    source = corpus.source(definition.source_id) if definition else None
    if definition is None or source is None:
        raise UnknownRecord("the corpus explains no such word")
    return definition, source
