"""What changes from one version of the corpus to another, and what becomes of a passage. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from caveat.model import Passage, Source
from services.retriever.records import Entry


class Fate(StrEnum):
    """What becomes of a passage: a passage's id is a hash, so what changes gets another one."""

    KEPT = "kept"
    MOVED = "moved"
    CHANGED = "changed"
    DROPPED = "dropped"


class Edition(Protocol):
    """What is compared: a version, as `services.retriever.version` opens it."""

    @property
    def source_ids(self) -> frozenset[str]:
        """The ids of all sources."""

    @property
    def passage_ids(self) -> frozenset[str]:
        """The ids of all passages."""

    def passage(self, passage_id: str) -> Passage | None:
        """Return a passage by id."""

    def source(self, source_id: str) -> Source | None:
        """Return a source by id."""

    def entry(self, source_id: str) -> Entry | None:
        """Return a source with its passages by id."""


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A passage that is not the same: `before` or `after` is None when there is none."""

    fate: Fate | None  # None of a new one
    source: Source
    before: Passage | None = None
    after: Passage | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs: sources by what became of them, and their passages."""

    added: tuple[Source, ...]
    dropped: tuple[Source, ...]
    changed: tuple[Source, ...]
    passages: tuple[PassageChange, ...]


class Successors:
    """Finds in a version what has come in the place of a passage of another one."""

    def __init__(self, after: Edition) -> None:
        self._after = after
        self._by_place: dict[tuple[str, str], list[str]] = {}
        for source_id in sorted(after.source_ids):
            if (source := after.source(source_id)) is not None:
                self._by_place.setdefault(place_of(source), []).append(source_id)

    def sources_at(self, source: Source) -> list[str]:
        """Name the sources of the same address and title."""
        return self._by_place.get(place_of(source), [])

    def of(self, passage: Passage, source: Source) -> tuple[Fate, Passage | None]:
        """Say what became of a passage, and which one stands there now."""
        if (same := self._after.passage(passage.passage_id)) is not None:
            return Fate.KEPT, same
        candidates = list(self._candidates(source))
        for fate, matches in (
            (Fate.MOVED, [c for c in candidates if c.text == passage.text]),
            (Fate.CHANGED, [c for c in candidates if c.heading == passage.heading]),
        ):
            if matches:
                return fate, matches[0]
        return Fate.DROPPED, None

    def _candidates(self, source: Source) -> Iterator[Passage]:
        for source_id in self.sources_at(source):
            if (entry := self._after.entry(source_id)) is not None:
                yield from entry.passages


def place_of(source: Source) -> tuple[str, str]:
    """Name what stays the same when a source's text changes."""
    return source.url, source.title


def compare(before: Edition, after: Edition) -> Comparison:
    """Compare two versions, in the order of their sources' ids."""
    forward, backward = Successors(after), Successors(before)
    gone = _sources(before, before.source_ids - after.source_ids)
    come = _sources(after, after.source_ids - before.source_ids)
    changes = [
        PassageChange(fate, source, passage, now)
        for source in gone
        for passage in _passages(before, source)
        for fate, now in (forward.of(passage, source),)
    ]
    taken = {change.after.passage_id for change in changes if change.after is not None}
    changes += [
        PassageChange(None, source, after=passage)
        for source in come
        for passage in _passages(after, source)
        if passage.passage_id not in taken
    ]
    return Comparison(
        added=tuple(s for s in come if not backward.sources_at(s)),
        dropped=tuple(s for s in gone if not forward.sources_at(s)),
        changed=tuple(s for s in come if backward.sources_at(s)),
        passages=tuple(changes),
    )


def _sources(edition: Edition, ids: frozenset[str]) -> list[Source]:
    return [source for one in sorted(ids) if (source := edition.source(one)) is not None]


def _passages(edition: Edition, source: Source) -> tuple[Passage, ...]:
    entry = edition.entry(source.source_id)
    return entry.passages if entry is not None else ()
