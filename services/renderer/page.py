"""What a reader sees, as values: the words and their order, and nothing of any format.

`None` and empty tuples mean that the part is not on the page.
"""

from dataclasses import dataclass

from caveat.readable import Day

PUBLISHED = "published"
CARE_ALONE = frozenset({"emergency", "crisis"})
STATUSES = (PUBLISHED, "insufficient_evidence", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Mark:
    """A source at the end of a sentence: its number, what the chip says, and the citation."""

    number: int
    label: str
    citation_id: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence: `term` is the id of the word that it is, `style` how it is drawn.

    Both are empty for plain text; a style is `strong` or `emphasis`.
    """

    text: str
    term: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that the guard judged, with its marks; its pieces together are its text."""

    sentence_id: str
    text: str
    marks: tuple[Mark, ...]
    pieces: tuple[Piece, ...]


Sentences = tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A `paragraph`, `list` or `table`; a paragraph is its one item, a list has no rows."""

    type: str
    items: tuple[Sentences, ...] = ()
    ordered: bool = False
    caption: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Sentences, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone to call; `dial` is empty when `tel` is not simply a number."""

    label: str
    tel: str
    dial: str
    region: str


@dataclass(frozen=True, slots=True)
class Care:
    """The care card, above everything."""

    level: str
    sentences: Sentences
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """Something that can help instead; `href` is empty when it is not a place to go."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why there is no answer, and what can help."""

    code: str
    headline: str
    explain: Sentences
    you_can: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What was looked for and not found."""

    sentence: Sentence
    searched: tuple[str, ...]
    as_of: Day


@dataclass(frozen=True, slots=True)
class Question:
    """A question to take along, and the sentences that raise it."""

    sentence: Sentence
    because: Sentences


@dataclass(frozen=True, slots=True)
class Term:
    """A word and its explanation; pieces of sentences name it by its id."""

    term_id: str
    term: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of a source that carry a sentence, and what stands around them.

    `url` leads to them in the original.
    """

    citation_ids: tuple[str, ...]
    text: str
    before: str
    after: str
    heading: str
    page: str
    url: str


@dataclass(frozen=True, slots=True)
class RestsOn:
    """The public source behind a demonstration note."""

    title: str
    publisher: str
    kind: str
    dated: Day


@dataclass(frozen=True, slots=True)
class Listed:
    """A source in the list; `number` is 0 when no sentence cites it.

    `sentences` counts those that do; `free` says that anybody can read the original.
    """

    number: int
    title: str
    publisher: str
    kind: str
    dated: Day
    url: str
    free: bool
    retracted: bool
    rests_on: RestsOn | None
    sentences: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """How many sentences one rule changed, and why, in words."""

    count: int
    action: str
    reason: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What the guard did, in figures."""

    clinical: int
    cited: int
    resolved: int
    removed: int
    checks: int
    passed: int
    policy_id: str
    policy_version: str
    edits: tuple[Edit, ...]
    fallback: str = ""  # why it was not written by whom it should have been, in words


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on one page; templates choose the marks, never the words of an answer."""

    answer_id: str
    question_id: str
    version: int
    status: str
    lang: str
    dir: str
    title: str
    topic: str
    reviewed: bool
    evidence_as_of: Day
    answered_on: Day
    notices: tuple[str, ...]
    top: str
    closing: str
    care: Care | None
    outcome: Outcome | None
    summary: Sentences
    sections: tuple[Section, ...]
    gaps: tuple[Gap, ...]
    questions: tuple[Question, ...]
    terms: tuple[Term, ...]
    sources: tuple[Listed, ...]
    checked: Checked | None
    decision_id: str
    sha256: str
    trace_id: str

    @property
    def published(self) -> bool:
        """Whether this is an answer and not the explanation of why there is none."""
        return self.status == PUBLISHED

    @property
    def care_alone(self) -> bool:
        """Whether nothing may compete with the care card, not even how the page was checked."""
        return (
            self.care is not None and self.outcome is not None and self.outcome.code in CARE_ALONE
        )

    @property
    def cited(self) -> int:
        """How many sources are cited."""
        return sum(1 for source in self.sources if source.number)
