"""The unguarded answer."""

from dataclasses import dataclass
from enum import StrEnum


class BlockType(StrEnum):
    """How the sentences of a block are laid out."""

    PARAGRAPH = "paragraph"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Quote:
    """The passage text a sentence rests on, with offsets in the source's stored text."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DraftCitation:
    """A sentence's claim to rest on a passage."""

    passage_id: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One unjudged sentence."""

    sentence_id: str
    text: str
    citations: tuple[DraftCitation, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One list item or paragraph: the ids of its sentences, in order."""

    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A run of items of one layout."""

    type: BlockType
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; its heading is a constant chosen by kind."""

    kind: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class QuestionToAsk:
    """A question for the reader's next appointment, and the sentences that give rise to it."""

    sentence: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What was looked for and not found."""

    sentence: str
    facet: str


@dataclass(frozen=True, slots=True)
class Fallback:
    """Which composer should have drafted, and why it could not."""

    composer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before the guard has judged it.

    `glossary` holds the ids of the sentences that say what a word of the page means.
    """

    composer: str
    sentences: tuple[DraftSentence, ...]
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    questions_to_ask: tuple[QuestionToAsk, ...] = ()
    gaps: tuple[Gap, ...] = ()
    fallback: Fallback | None = None
    glossary: tuple[str, ...] = ()
