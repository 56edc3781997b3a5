"""What the auditor needs from the outside."""

from datetime import datetime
from typing import Protocol

from caveat.model import DecisionRecord
from services.auditor.core import Entry, Search


class DecisionLog(Protocol):
    """Grows and never changes. Each method raises UpstreamUnavailable while the store is away."""

    async def append(self, entry: Entry, appended_at: datetime) -> bool:
        """Return when the entry is durable: True when it is new, False for a repeat.

        Raises VerificationFailed when another record has its number, or its question and version.
        """
        ...

    async def get(self, question_id: str, version: int) -> DecisionRecord:
        """Read one decision. Raises UnknownRecord."""
        ...

    async def search(self, wanted: Search) -> tuple[DecisionRecord, ...]:
        """List decisions in order of their number."""
        ...
