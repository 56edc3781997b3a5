"""What the core needs of the world: an index that ranks passages, and the sources behind them."""

from dataclasses import dataclass
from typing import Protocol

from caveat.model import Passage, Source, SourceType
from caveat.terms import Vocabulary
from services.retriever.records import Entry


@dataclass(frozen=True, slots=True)
class Concept:
    """A thing that a query asks about, and how many passages speak of it, in any of its spellings.

    `name` is the stem of a word, or the short name of several spellings, such as `cart`. An
    *aspect* is a side of the thing asked about, such as its symptoms.
    """

    name: str
    passages: int
    is_aspect: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its raw score and the names of the query's concepts that it speaks of.

    `on_subject` says that the query names everything that the passage's subject consists of.
    """

    passage: Passage
    score: float
    held: frozenset[str]
    on_subject: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits of one query, best first, among `size` passages."""

    size: int
    concepts: tuple[Concept, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class CorpusDescription:
    """The figures of a corpus version; `as_of` is the newest date a source was retrieved on."""

    corpus_version: str
    passages: int
    sources: int
    kinds: tuple[SourceType, ...]
    as_of: str


class PassageIndex(Protocol):
    """Ranks passages by a text that people wrote. No text makes it fail."""

    def search(self, text: str, limit: int) -> Ranking: ...


class Corpus(Protocol):
    """One version of the corpus."""

    @property
    def description(self) -> CorpusDescription: ...

    @property
    def index(self) -> PassageIndex: ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    def passage(self, passage_id: str) -> Passage | None: ...

    def source(self, source_id: str) -> Source | None: ...

    def entry(self, source_id: str) -> Entry | None: ...


class Shelf(Protocol):
    """The versions being served; `versions` begins with the current one. It may change anytime."""

    @property
    def current(self) -> Corpus: ...

    @property
    def versions(self) -> tuple[Corpus, ...]: ...
