"""Verify the whole of an audit log from its leaves, and name the first one that is wrong.

What is trusted are public keys, and checkpoints that were seen earlier; the store is not:
(1) every leaf has the index after the one before, its own hash, and the guard's signature;
(2) decisions are numbered without gaps, and are found under what their records say;
(3) every stored subtree is that of the leaves, and there are no others;
(4) every checkpoint is signed, and has the root of the leaves before it; so is its seal, which
    covers the rows' times and names the checkpoint before it;
(5) nothing stays without a checkpoint for long, and what was seen earlier is still there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from caveat.attestation import Checkpoint, LogKeys, Verifier
from caveat.errors import VerificationFailed
from services.auditor import merkle
from services.auditor.core import moment_of
from services.auditor.inspection import Inspected, Raw, inspecting
from services.auditor.reading import begin_reading, missing_guards
from services.auditor.seal import Row, seal_text
from services.auditor.tables import checkpoints, decisions, leaves, nodes

SOON = 10.0  # seconds within which every leaf is under a checkpoint
_PAGE = 500
_BEFORE_ALL = -(2**63)

Advance = Callable[[int, int], None]
"""Told how many leaves of how many are verified."""


Known = dict[int, list[tuple[str, bytes]]]
"""Roots that were seen earlier, by size, with the names that they are told under."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the first leaf that it touches; no index where it touches none."""

    index: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.index is None else f"leaf {self.index}: {self.what}"


@dataclass(slots=True)
class Account:
    """What was found in a log. `note` is its newest checkpoint."""

    leaves: int = 0
    decisions: int = 0
    checkpoints: int = 0
    covered: int = 0
    note: str = ""
    compared: bool = False  # with the guard's own store
    faults: list[Fault] = field(default_factory=list)

    @property
    def fault(self) -> Fault | None:
        """The fault with the lowest index; those without one come last."""
        return min(self.faults, key=lambda f: (f.index is None, f.index or 0), default=None)


@dataclass(frozen=True, slots=True)
class Signed:
    """A row of checkpoints whose signatures hold."""

    size: int
    root: bytes
    made_at: str
    seal: str


@dataclass(frozen=True, slots=True)
class _Page:
    rows: Sequence[Any]
    found: Mapping[int, Any]

    @property
    def raw(self) -> Sequence[Raw]:
        return [(index, kind, bytes(content), jws) for index, kind, content, jws, _, _ in self.rows]


class Audit:
    """One verification of one store, in one transaction that only reads."""

    def __init__(
        self, connection: Connection, keys: LogKeys, verifier: Verifier, now: datetime
    ) -> None:
        begin_reading(connection)
        self._db = connection
        self._keys = keys
        self._verifier = verifier
        self._now = now
        self._account = Account()
        self._edge: dict[tuple[int, int], bytes] = {}
        self._open: list[Row] = []  # the rows since the last checkpoint
        self._previous = 0

    def run(
        self,
        seen: Sequence[tuple[str, Checkpoint]] = (),
        advance: Advance = lambda done, of: None,
    ) -> Account:
        """Verify everything; `seen` are earlier checkpoints, with the names they are told under."""
        for name in missing_guards(self._db):
            self._blame(None, f"the store's trigger {name} is missing or changed")
        signed = {one.size: one for one in self._checkpoints()}
        known: Known = {}
        for name, one in seen:
            known.setdefault(one.size, []).append((name, one.root))
        total = self._count(leaves)
        with inspecting(self._verifier, total) as inspector:
            for page, inspected in inspector.pages(self._pages()):
                self._read(page, inspected, signed, known)
                advance(self._account.leaves, total)
                if self._account.fault and self._account.fault.index is not None:
                    return self._account
        self._finish(signed, known)
        return self._account

    def _blame(self, index: int | None, what: str) -> None:
        self._account.faults.append(Fault(index, what))

    # --- checkpoints ---

    def _checkpoints(self) -> Iterator[Signed]:
        origin = self._keys.vkeys[-1].split("+")[0]
        for size, note, seal, made_at in self._db.execute(
            sa.select(
                checkpoints.c.size, checkpoints.c.note, checkpoints.c.seal, checkpoints.c.made_at
            ).order_by(checkpoints.c.size)
        ):
            self._account.checkpoints += 1
            try:
                opened = self._keys.open_checkpoint(note)
                # One signature and no more: other lines would be what nothing covers.
                well_formed = note.count("\n") == 5 and seal.count("\n") == 7
                if (opened.origin, opened.size) != (origin, size) or not well_formed:
                    raise VerificationFailed("it is not the checkpoint of this log and size")
                yield Signed(size, opened.root, made_at, self._keys.open(seal).text)
            except VerificationFailed as error:
                self._blame(None, f"the checkpoint of size {size}: {error}")
            else:
                self._account.covered, self._account.note = size, note

    # --- leaves ---

    def _pages(self) -> Iterator[_Page]:
        last = _BEFORE_ALL
        columns = (
            leaves.c.index, leaves.c.kind, leaves.c.content, leaves.c.jws,
            leaves.c.leaf_hash, leaves.c.appended_at,
        )  # fmt: skip
        while True:
            wanted = sa.select(*columns).where(leaves.c.index > last).order_by(leaves.c.index)
            rows = self._db.execute(wanted.limit(_PAGE)).all()
            if not rows:
                return
            first, last = rows[0][0], rows[-1][0]
            here = decisions.c.leaf.between(first, last)
            found = self._db.execute(sa.select(decisions).where(here))
            yield _Page(rows, {row.leaf: row for row in found})

    def _read(
        self,
        page: _Page,
        inspected: Sequence[Inspected],
        signed: Mapping[int, Signed],
        known: Known,
    ) -> None:
        """Verify a page, in pieces that end where a root is known."""
        hashes: list[bytes] = []
        first = self._account.leaves
        for row, found in zip(page.rows, inspected, strict=True):
            if fault := self._fault_of(row, found, page.found.get(row[0])):
                self._blame(self._account.leaves, fault)
                break
            self._account.leaves += 1
            self._open.append((row[0], row[1], row[3], row[5]))
            hashes.append(found.leaf_hash)
            size = self._account.leaves
            if size in signed or size in known:
                self._grow(first, hashes)
                first, hashes = size, []
                self._hold(size, signed.get(size), known.get(size, ()))
        self._grow(first, hashes)

    def _fault_of(self, row: Any, inspected: Inspected, found: Any) -> str:
        index, _, _, _, stored_hash, _ = row
        expected = self._account.leaves
        if index != expected:
            return f"it is missing; the next in the store is {index}"
        if bytes(stored_hash) != inspected.leaf_hash:
            return "its content does not have its hash"
        if inspected.fault:
            return inspected.fault
        told = inspected.decision
        if told is None:
            return "an operation is listed among the decisions" if found is not None else ""
        if told[0] != self._account.decisions + 1:
            return f"it is decision {told[0]}, and {self._account.decisions + 1} is next"
        searched = found and (
            found.number, found.question_id, found.version, found.verdict, found.decided_at
        )  # fmt: skip
        if searched != told:
            return "it is not found under what its record says"
        self._account.decisions += 1
        return ""

    def _grow(self, first: int, hashes: Sequence[bytes]) -> None:
        """Add leaves to the tree, and hold the stored subtrees to it."""
        if not hashes:
            return
        size = first + len(hashes)
        grown = {
            (level, index): found
            for level, index, found in merkle.grow(
                lambda *key: self._edge[key], first, hashes
            )
        }  # fmt: skip
        held = self._edge | grown
        edge = ((level, (size >> level) - 1) for level in range(size.bit_length()))
        self._edge = {key: held[key] for key in edge if size >> key[0] & 1}
        stored = self._stored(first, size)
        for key, found in sorted(grown.items()):
            if key[0] and stored.get(key) != found:
                self._blame(key[1] << key[0], f"the stored subtree of level {key[0]} is another")

    def _stored(self, first: int, size: int) -> Mapping[tuple[int, int], bytes]:
        stored: dict[tuple[int, int], bytes] = {}
        for level in range(1, size.bit_length()):
            low, high = first >> level, size >> level
            if low < high:
                wanted = sa.select(nodes.c.index, nodes.c.hash).where(
                    nodes.c.level == level, nodes.c.index >= low, nodes.c.index < high
                )
                for index, found in self._db.execute(wanted):
                    stored[level, index] = bytes(found)
        return stored

    def _hold(self, size: int, signed: Signed | None, known: Sequence[tuple[str, bytes]]) -> None:
        """Hold the tree of `size` leaves to what was signed about it."""
        root = merkle.root(lambda *key: self._edge[key], size)
        within = f"between leaves {self._previous} and {size - 1} the log is not"
        if signed and signed.root != root:
            self._blame(self._previous, f"{within} what its checkpoint of size {size} signs")
        elif others := [name for name, seen in known if seen != root]:
            # Whoever signed this log has signed another one.
            self._blame(self._previous, f"{within} that of {others[0]}")
        if signed is None:
            return
        if signed.seal != seal_text(size, self._previous, signed.made_at, self._open):
            self._blame(self._previous, f"{within} as the seal of size {size} says")
        self._previous, self._open = size, []

    # --- the end ---

    def _finish(self, signed: Mapping[int, Signed], known: Known) -> None:
        size = self._account.leaves
        late = {one: f"a checkpoint covers {one} leaves" for one in sorted(signed, reverse=True)}
        late |= {one: f"{known[one][0][0]} has {one} leaves" for one in sorted(known, reverse=True)}
        missing = [why for one, why in late.items() if one > size]
        if missing:
            self._blame(size, f"it is missing; {missing[-1]}")
        else:
            self._hold_tail()
        self._hold_counts(size)

    def _hold_tail(self) -> None:
        for index, _, _, appended_at in self._open:
            moment = moment_of(appended_at)
            if moment is None or abs((self._now - moment).total_seconds()) > SOON:
                self._blame(index, f"no checkpoint covers it, though it is of {appended_at!a}")
                break

    def _hold_counts(self, size: int) -> None:
        if self._count(leaves) != size:
            self._blame(None, "there are leaves that no index leads to")
        if self._count(nodes) != size - size.bit_count():
            self._blame(self._stray_node(size), "there are stored subtrees of no leaves")
        if self._count(decisions) != self._account.decisions:
            self._blame(None, "there are decisions to search by that are no leaves")

    def _count(self, table: sa.Table) -> int:
        return int(self._db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())

    def _stray_node(self, size: int) -> int | None:
        rows = self._db.execute(sa.select(nodes.c.level, nodes.c.index))
        strays = (
            index << level for level, index in rows
            if 0 < level < 64 and index >= 0 and (index + 1) << level > size
        )  # fmt: skip
        return min(strays, default=None)
