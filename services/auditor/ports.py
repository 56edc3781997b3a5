"""What the auditor needs from the outside."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from caveat.attestation import Proof
from caveat.model import DecisionRecord, Leaf
from services.auditor.core import Entry, Search


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the log is: leaves, the newest decision's number, and leaves under a checkpoint.

    `uncovered_since` is when the oldest leaf was appended that no checkpoint covers.
    """

    size: int
    newest: int
    covered: int
    uncovered_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Consistency:
    """Two checkpoints, and the proof that the second continues the first."""

    first: str
    second: str
    path: tuple[bytes, ...]


class Signer(Protocol):
    """Signs notes in the name of the log."""

    @property
    def origin(self) -> str: ...

    def sign(self, text: str) -> str:
        """Make the signed note of a text. Raises UpstreamUnavailable while there is no key."""
        ...


class DecisionLog(Protocol):
    """Grows and never changes. Each method raises UpstreamUnavailable while the store is away."""

    async def standing(self) -> Standing:
        """Say how far the log is."""
        ...

    async def append(self, entries: Sequence[Entry], at: datetime) -> int:
        """Append decisions that follow the newest one, and return how many once they are durable.

        Stops before a second decision about one question and version; raises VerificationFailed
        when that is the first. Raises UpstreamUnavailable when another one is next in the log.
        """
        ...

    async def append_operation(self, content: bytes, at: datetime) -> int:
        """Append what an operator did, and return the leaf's index once it is durable."""
        ...

    async def kept(self, numbers: Collection[int]) -> Mapping[int, DecisionRecord]:
        """Read the decisions of these numbers that the log holds."""
        ...

    async def get(self, question_id: str, version: int) -> DecisionRecord:
        """Read one decision. Raises UnknownRecord."""
        ...

    async def search(self, wanted: Search) -> tuple[DecisionRecord, ...]:
        """List decisions in order of their number."""
        ...

    async def leaves(self, first: int, limit: int) -> tuple[Leaf, ...]:
        """List leaves in order of their index."""
        ...

    async def checkpoint(self, size: int) -> str:
        """Read the checkpoint of a size; 0 means the newest. Raises UnknownRecord."""
        ...

    async def prove(self, number: int, size: int) -> Proof:
        """Prove a decision under the checkpoint of a size; 0 means the newest.

        Raises UnknownRecord for a decision that is not there or not covered.
        """
        ...

    async def prove_consistency(self, first: int, second: int) -> Consistency:
        """Prove that one checkpoint continues another. Raises UnknownRecord."""
        ...

    async def add_checkpoint(self, signer: Signer, at: datetime) -> int:
        """Sign the log when it has grown, and return the size that is covered now.

        Raises VerificationFailed when the log does not continue what was signed before.
        """
        ...


class Decisions(Protocol):
    """The guard's own store, as it lists it."""

    async def after(self, number: int) -> Sequence[DecisionRecord]:
        """List some decisions after a number, none when there are none.

        Raises UpstreamUnavailable while the guard is away.
        """
        ...


Now = Callable[[], datetime]
