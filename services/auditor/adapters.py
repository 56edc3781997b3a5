"""The audit log on SQLite or PostgreSQL."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from caveat.attestation import Proof, checkpoint_text
from caveat.chassis.store import Store
from caveat.errors import UnknownRecord, UpstreamUnavailable, VerificationFailed
from caveat.model import DecisionRecord, Leaf, LeafKind
from services.auditor import merkle
from services.auditor.core import Entry, Search, moment_of, moment_text, refuse_conflict
from services.auditor.ports import Consistency, Signer, Standing
from services.auditor.seal import seal_text
from services.auditor.tables import checkpoints, decisions, leaves, nodes

_DECISION = sa.select(
    decisions.c.number, decisions.c.question_id, decisions.c.version,
    leaves.c.content, leaves.c.jws,
).join_from(decisions, leaves, decisions.c.leaf == leaves.c.index)  # fmt: skip
_LEAF = sa.select(leaves.c.index, leaves.c.kind, leaves.c.content, leaves.c.jws)
_SIZE = sa.select(sa.func.coalesce(sa.func.max(leaves.c.index), -1) + 1)
_NEWEST = sa.select(sa.func.coalesce(sa.func.max(decisions.c.number), 0))
_SEARCHABLE = tuple(field.name for field in fields(Entry) if field.name in decisions.c)
_COVERED = sa.select(sa.func.coalesce(sa.func.max(checkpoints.c.size), 0))


class StoreDecisionLog:
    """Keeps the log in a store whose writers are one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def standing(self) -> Standing:
        """See DecisionLog."""
        return await self._store.read(_standing)

    async def append(self, entries: Sequence[Entry], at: datetime) -> int:
        """See DecisionLog."""

        def work(connection: Connection) -> int:
            newest = connection.execute(_NEWEST).scalar_one()
            if entries[0].number != newest + 1:
                why = f"decision {newest} is its newest, so {entries[0].number} cannot be the next"
                raise UpstreamUnavailable(self._store.peer, why)
            fresh = _without_rivals(connection, entries)
            rows = [(LeafKind.DECISION, entry.record, entry.jws) for entry in fresh]
            first = _append(connection, rows, at)
            connection.execute(
                sa.insert(decisions), [_searchable(e, first + n) for n, e in enumerate(fresh)]
            )
            return len(fresh)

        return await self._grow(work)

    async def append_operation(self, content: bytes, at: datetime) -> int:
        """See DecisionLog."""
        rows = [(LeafKind.OPERATION, content, "")]
        return await self._grow(lambda connection: _append(connection, rows, at))

    async def _grow(self, work: Callable[[Connection], int]) -> int:
        try:
            return await self._store.write(work)
        except IntegrityError as error:
            raise _damaged("a row stands where there should be none") from error

    async def kept(self, numbers: Collection[int]) -> Mapping[int, DecisionRecord]:
        """See DecisionLog."""
        wanted = _DECISION.where(decisions.c.number.in_(sorted(numbers)))
        return {record.number: record for record in await self._records(wanted)}

    async def get(self, question_id: str, version: int) -> DecisionRecord:
        """See DecisionLog."""
        same = (decisions.c.question_id == question_id) & (decisions.c.version == version)
        for record in await self._records(_DECISION.where(same)):
            return record
        raise UnknownRecord(f"no decision is kept for {question_id[:60]!r} version {version}")

    async def search(self, wanted: Search) -> tuple[DecisionRecord, ...]:
        """See DecisionLog."""
        chosen = _DECISION.where(decisions.c.number > wanted.after)
        if wanted.verdict:
            chosen = chosen.where(decisions.c.verdict == wanted.verdict)
        return await self._records(chosen.order_by(decisions.c.number).limit(wanted.limit))

    async def _records(self, wanted: sa.Select[Any]) -> tuple[DecisionRecord, ...]:
        rows = await self._store.read(lambda connection: connection.execute(wanted).all())
        return tuple(DecisionRecord(*row) for row in rows)

    async def leaves(self, first: int, limit: int) -> tuple[Leaf, ...]:
        """See DecisionLog."""
        wanted = _LEAF.where(leaves.c.index >= first).order_by(leaves.c.index).limit(limit)
        rows = await self._store.read(lambda connection: connection.execute(wanted).all())
        return tuple(_leaf(*row) for row in rows)

    async def checkpoint(self, size: int) -> str:
        """See DecisionLog."""
        return (await self._store.read(lambda connection: _checkpoint(connection, size)))[1]

    async def prove(self, number: int, size: int) -> Proof:
        """See DecisionLog."""
        return await self._store.read(lambda connection: _prove(connection, number, size))

    async def prove_consistency(self, first: int, second: int) -> Consistency:
        """See DecisionLog."""

        def work(connection: Connection) -> Consistency:
            (early, first_note), (late, second_note) = (
                _checkpoint(connection, first), _checkpoint(connection, second),
            )  # fmt: skip
            if early > late:
                raise UnknownRecord(f"the checkpoint of size {late} is older than that of {early}")
            path = _read_tree(connection, lambda node: merkle.consistency_path(node, early, late))
            return Consistency(first_note, second_note, path)

        return await self._store.read(work)

    async def add_checkpoint(self, signer: Signer, at: datetime) -> int:
        """See DecisionLog."""
        return await self._store.write(lambda connection: _add_checkpoint(connection, signer, at))


# --- in a transaction ----------------------------------------------------------------------------


def _standing(connection: Connection) -> Standing:
    size, newest, covered = (
        connection.execute(wanted).scalar_one() for wanted in (_SIZE, _NEWEST, _COVERED)
    )
    since = connection.execute(
        sa.select(leaves.c.appended_at).where(leaves.c.index == covered)
    ).scalar()
    return Standing(size, newest, covered, moment_of(since) if since else None)


def _append(
    connection: Connection, rows: Sequence[tuple[LeafKind, bytes, str]], at: datetime
) -> int:
    """Append leaves and the subtrees that they complete; return the first one's index."""
    size = connection.execute(_SIZE).scalar_one()
    appended_at = moment_text(at)
    hashes = [merkle.leaf_hash(content) for _, content, _ in rows]
    added = [
        {"index": index, "kind": str(kind), "content": content, "jws": jws,
         "leaf_hash": hashes[index - size], "appended_at": appended_at}
        for index, (kind, content, jws) in enumerate(rows, start=size)
    ]  # fmt: skip
    edge = [(level, (size >> level) - 1) for level in range(size.bit_length()) if size >> level & 1]
    held = _nodes(connection, edge)
    grown = [
        {"level": level, "index": index, "hash": found}
        for level, index, found in merkle.grow(lambda *key: held[key], size, hashes)
        if level
    ]
    connection.execute(sa.insert(leaves), added)
    if grown:
        connection.execute(sa.insert(nodes), grown)
    return int(size)


def _searchable(entry: Entry, leaf: int) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _SEARCHABLE} | {"leaf": leaf}


def _without_rivals(connection: Connection, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Keep the entries before the first whose question and version are in the log already.

    Raises VerificationFailed when that is the very first.
    """
    asked = {entry.question_id for entry in entries}
    rows = connection.execute(_DECISION.where(decisions.c.question_id.in_(asked)))
    kept = {(row.question_id, row.version): DecisionRecord(*row) for row in rows}
    for position, entry in enumerate(entries):
        rival = kept.get((entry.question_id, entry.version))
        if rival is not None:
            if not position:
                refuse_conflict(entry, rival)
            return entries[:position]
        kept[entry.question_id, entry.version] = entry.decision
    return entries


def _checkpoint(connection: Connection, size: int) -> tuple[int, str]:
    wanted = sa.select(checkpoints.c.size, checkpoints.c.note)
    if size:
        wanted = wanted.where(checkpoints.c.size == size)
    row = connection.execute(wanted.order_by(checkpoints.c.size.desc()).limit(1)).first()
    if row is None:
        raise UnknownRecord(f"there is no checkpoint{f' of size {size}' if size else ' yet'}")
    return row.size, row.note


def _prove(connection: Connection, number: int, size: int) -> Proof:
    wanted = _LEAF.join_from(decisions, leaves, decisions.c.leaf == leaves.c.index)
    row = connection.execute(wanted.where(decisions.c.number == number)).first()
    if row is None:
        raise UnknownRecord(f"decision {number} is not in the log")
    leaf = _leaf(*row)
    covered, note = _checkpoint(connection, size)
    if leaf.index >= covered:
        raise UnknownRecord(f"decision {number} is in the log, and the checkpoint is older")
    path = _read_tree(connection, lambda node: merkle.inclusion_path(node, leaf.index, covered))
    return Proof(leaf, covered, path, note)


def _add_checkpoint(connection: Connection, signer: Signer, at: datetime) -> int:
    size, covered = (connection.execute(wanted).scalar_one() for wanted in (_SIZE, _COVERED))
    if size == covered:
        return int(size)
    origin = signer.origin
    if covered:
        signed = _checkpoint(connection, covered)[1]
        early = _read_tree(connection, lambda node: merkle.root(node, covered))
        if checkpoint_text(origin, covered, early) != signed.partition("\n\n")[0] + "\n":
            # A signature would make a fork of it: the damage must be looked at first.
            raise VerificationFailed(
                f"the log does not continue its checkpoint of size {covered}; look with:"
                " caveat audit verify"
            )
    root = _read_tree(connection, lambda node: merkle.root(node, size))
    columns = (leaves.c.index, leaves.c.kind, leaves.c.jws, leaves.c.appended_at)
    wanted = sa.select(*columns).where(leaves.c.index >= covered).order_by(leaves.c.index)
    rows = (tuple(row) for row in connection.execute(wanted))
    made_at = moment_text(at)
    row = {
        "size": size,
        "note": signer.sign(checkpoint_text(origin, size, root)),
        "seal": signer.sign(seal_text(size, covered, made_at, rows)),
        "made_at": made_at,
    }
    connection.execute(sa.insert(checkpoints), [row])
    return int(size)


def _read_tree(connection: Connection, work: Any) -> Any:
    """Run work on the tree twice: once to learn which nodes it needs, which are then read."""
    wanted: list[tuple[int, int]] = []

    def note(level: int, index: int) -> bytes:
        wanted.append((level, index))
        return b""

    work(note)
    held = _nodes(connection, wanted)
    return work(lambda level, index: held[level, index])


def _nodes(
    connection: Connection, wanted: Collection[tuple[int, int]]
) -> Mapping[tuple[int, int], bytes]:
    """Read subtrees of any level. Raises UpstreamUnavailable when one is missing: damage found at
    work is waited for, and nobody's decision is at fault."""
    found: dict[tuple[int, int], bytes] = {}
    low = [index for level, index in wanted if not level]
    high = [key for key in wanted if key[0]]
    if low:
        chosen = sa.select(leaves.c.index, leaves.c.leaf_hash).where(leaves.c.index.in_(low))
        found |= {(0, index): bytes(leaf) for index, leaf in connection.execute(chosen)}
    if high:
        values = {
            f"{name}{n}": v for n, key in enumerate(high) for name, v in zip("li", key, strict=True)
        }
        rows = connection.execute(_nodes_at(len(high)), values)
        found |= {(level, index): bytes(held) for level, index, held in rows}
    for missing in set(wanted) - found.keys():
        raise _damaged(f"the hash of level {missing[0]}, index {missing[1]} is gone")
    return found


@cache
def _nodes_at(count: int) -> sa.TextClause:
    """Read so many subtrees by their primary keys.

    Text, because of the time: SQLAlchemy takes longer to build this than the store to answer it,
    and for `(level, index) IN (…)` SQLite would read the whole table.
    """
    keys = (f'(level = :l{n} AND "index" = :i{n})' for n in range(count))
    return sa.text(f'SELECT level, "index", hash FROM nodes WHERE {" OR ".join(keys)}')  # noqa: S608 - numbers only


def _damaged(why: str) -> UpstreamUnavailable:
    return UpstreamUnavailable("auditor-store", f"{why}; look with: caveat audit verify")


def _leaf(index: int, kind: str, content: bytes, jws: str) -> Leaf:
    return Leaf(index, LeafKind(kind), bytes(content), jws)
