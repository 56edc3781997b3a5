"""The files that leave the house: the proof of one decision, and the export of a whole log.

docs/ and verifiers/ describe them to others; what is read here is trusted as little as there.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from caveat.attestation import Checkpoint, LogKeys, Verifier, leaf_fields, read_strictly
from caveat.errors import VerificationFailed
from caveat.model import Leaf
from services.auditor import merkle
from services.auditor.inspection import Inspected, Raw, inspect_leaf, inspecting
from services.auditor.verification import Account, Advance, Fault

LOG = "caveat/log/1"

_PAGE = 500


# --- proofs --------------------------------------------------------------------------------------


def verify_proof(document: Mapping[str, Any], keys: LogKeys, verifier: Verifier) -> Account:
    """Hold a proof's leaf to its signature, and to a signed checkpoint."""
    raw = _raw(_object(document, "leaf"))
    size = _integer(document, "tree_size")
    note = _string(document, "checkpoint")
    path = document.get("path")
    if not isinstance(path, list):
        raise VerificationFailed("the proof has no path")
    account = Account(leaves=1, note=note)
    inspected = inspect_leaf(verifier, raw)
    if inspected.fault:
        account.faults.append(Fault(raw[0], inspected.fault))
    try:
        checkpoint = keys.open_checkpoint(note)
        account.covered, account.checkpoints = checkpoint.size, 1
        if checkpoint.size != size:
            raise VerificationFailed(f"its checkpoint is of {checkpoint.size} leaves, not {size}")
        merkle.verify_inclusion(
            inspected.leaf_hash, raw[0], size,
            path=[_decoded(one) for one in path], root_hash=checkpoint.root,
        )  # fmt: skip
    except VerificationFailed as error:
        account.faults.append(Fault(raw[0], str(error)))
    account.decisions = int(inspected.decision is not None)
    return account


# --- exports -------------------------------------------------------------------------------------


def export_lines(origin: str, leaves: Iterable[Leaf], checkpoint: str) -> Iterator[str]:
    """Write a log as lines: what it is, its leaves, and a checkpoint that covers them all."""
    yield _line({"schema": LOG, "origin": origin})
    for leaf in leaves:
        yield _line({"leaf": leaf_fields(leaf)})
    yield _line({"checkpoint": checkpoint})


@dataclass(frozen=True, slots=True)
class _Page:
    raw: Sequence[Raw]


class ExportAudit:
    """One verification of one export."""

    def __init__(self, keys: LogKeys, verifier: Verifier) -> None:
        self._keys = keys
        self._verifier = verifier
        self._account = Account()
        self._levels: list[list[bytes]] = [[]]
        self._notes: list[str] = []
        self._broken: Fault | None = None

    def run(
        self,
        lines: TextIO,
        seen: Sequence[tuple[str, Checkpoint]] = (),
        *,
        expected: int = 0,
        advance: Advance = lambda done, of: None,
    ) -> Account:
        """Verify everything; `expected` is about how many leaves there are."""
        header = _parsed(lines.readline())
        if header.get("schema") != LOG:
            raise VerificationFailed(f"it is no export of schema {LOG}")
        with inspecting(self._verifier, expected) as inspector:
            for page, inspected in inspector.pages(self._pages(lines)):
                for raw, found in zip(page.raw, inspected, strict=True):
                    self._take(raw, found)
                advance(self._account.leaves, expected)
                if self._account.fault:
                    return self._account
        if self._broken:
            self._account.faults.append(self._broken)
            return self._account
        self._hold(_string(header, "origin"), seen)
        return self._account

    def _pages(self, lines: TextIO) -> Iterator[_Page]:
        page: list[Raw] = []
        count = 0
        for line in lines:
            try:
                raw = self._leaf(line)
            except VerificationFailed as error:
                self._broken = Fault(count, str(error))
                break
            if raw is not None:
                page.append(raw)
                count += 1
            if len(page) == _PAGE:
                yield _Page(page)
                page = []
        yield _Page(page)

    def _leaf(self, line: str) -> Raw | None:
        """Read a leaf's line; a checkpoint's is kept for the end."""
        fields = _parsed(line)
        if "checkpoint" in fields:
            self._notes.append(_string(fields, "checkpoint"))
            return None
        if self._notes:
            raise VerificationFailed("a leaf stands behind a checkpoint")
        return _raw(_object(fields, "leaf"))

    def _take(self, raw: Raw, inspected: Inspected) -> None:
        account = self._account
        if account.fault:
            return
        fault = inspected.fault
        if raw[0] != account.leaves:
            fault = f"it is missing; the next is {raw[0]}"
        elif inspected.decision and inspected.decision[0] != account.decisions + 1:
            fault = f"it is decision {inspected.decision[0]}, not {account.decisions + 1}"
        if fault:
            account.faults.append(Fault(account.leaves, fault))
            return
        for level, _, found in merkle.grow(self._node, account.leaves, [inspected.leaf_hash]):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(found)
        account.leaves += 1
        account.decisions += inspected.decision is not None

    def _node(self, level: int, index: int) -> bytes:
        return self._levels[level][index]

    def _hold(self, origin: str, seen: Sequence[tuple[str, Checkpoint]]) -> None:
        """Hold the log to its checkpoints, and to those that were seen earlier, by their sizes."""
        account = self._account
        if not self._notes:  # and with no leaves either, nothing is left to say whose log it is
            why = "the log has no checkpoint, so nothing vouches for its leaves"
            account.faults.append(Fault(0, why))
            return
        own: list[tuple[str, Checkpoint]] = []
        for note in self._notes:
            try:
                checkpoint = self._keys.open_checkpoint(note)
            except VerificationFailed as error:
                account.faults.append(Fault(None, f"a checkpoint does not hold: {error}"))
                continue
            if checkpoint.origin != origin or checkpoint.size < account.covered:
                account.faults.append(Fault(None, "a checkpoint is of another log or order"))
            own.append((f"its checkpoint of size {checkpoint.size}", checkpoint))
            account.checkpoints += 1
            account.covered, account.note = checkpoint.size, note
        held = 0
        for name, checkpoint in sorted([*own, *seen], key=lambda one: one[1].size):
            if not self._compare(name, checkpoint, held):
                break
            held = checkpoint.size
        if account.covered < account.leaves:
            account.faults.append(Fault(account.covered, "no checkpoint covers it"))

    def _compare(self, name: str, checkpoint: Checkpoint, held: int) -> bool:
        account, size = self._account, checkpoint.size
        if size > account.leaves:
            account.faults.append(Fault(account.leaves, f"it is missing; {name} covers it"))
            return False
        if merkle.root(self._node, size) != checkpoint.root:
            what = f"between leaves {held} and {size - 1} the log is not what {name} signs"
            account.faults.append(Fault(held, what))
            return False
        return True


# --- reading and writing -------------------------------------------------------------------------


def _line(value: Any) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        found = read_strictly(line)
    except ValueError as error:
        raise VerificationFailed(f"a line cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise VerificationFailed("a line is no JSON object")
    return found


def _raw(fields: Mapping[str, Any]) -> Raw:
    return (
        _integer(fields, "index"), _string(fields, "kind"),
        _decoded(fields.get("content")), _string(fields, "jws"),
    )  # fmt: skip


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = fields.get(name)
    if not isinstance(found, dict):
        raise VerificationFailed(f"there is no {name}")
    return found


def _string(fields: Mapping[str, Any], name: str) -> str:
    found = fields.get(name)
    if not isinstance(found, str):
        raise VerificationFailed(f"{name} is no text")
    return found


def _integer(fields: Mapping[str, Any], name: str) -> int:
    found = fields.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise VerificationFailed(f"{name} is no integer")
    return found


def _encoded(content: bytes) -> str:
    return b64encode(content).decode()


def _decoded(text: Any) -> bytes:
    try:
        content = b64decode(text, validate=True) if isinstance(text, str) else None
    except ValueError as error:
        raise VerificationFailed("base64 cannot be read") from error
    if content is None or _encoded(content) != text:
        raise VerificationFailed("base64 is not written in its one right way")
    return content
