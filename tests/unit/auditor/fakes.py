"""A decision log in memory, held to the same behaviour as the real one."""

from datetime import datetime

from caveat.errors import UnknownRecord, UpstreamUnavailable
from caveat.model import DecisionRecord
from services.auditor.core import Entry, Search, refuse_conflict


class FakeDecisionLog:
    """Keeps entries in a list; `away` makes it behave as a store that cannot be reached."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.appended_at: list[datetime] = []
        self.away = False

    async def append(self, entry: Entry, appended_at: datetime) -> bool:
        self._be_there()
        key = (entry.question_id, entry.version)
        kept = [e for e in self.entries if e.number == entry.number or _key(e) == key]
        refuse_conflict(entry, kept)
        if not kept:
            self.entries.append(entry)
            self.appended_at.append(appended_at)
        return not kept

    async def get(self, question_id: str, version: int) -> DecisionRecord:
        self._be_there()
        for entry in self.entries:
            if _key(entry) == (question_id, version):
                return entry.decision
        raise UnknownRecord(question_id)

    async def search(self, wanted: Search) -> tuple[DecisionRecord, ...]:
        self._be_there()
        found = [
            entry.decision
            for entry in sorted(self.entries, key=lambda entry: entry.number)
            if entry.number > wanted.after and wanted.verdict in ("", entry.verdict)
        ]
        return tuple(found[: wanted.limit])

    def _be_there(self) -> None:
        if self.away:
            raise UpstreamUnavailable("auditor store")


def _key(entry: Entry) -> tuple[str, int]:
    return entry.question_id, entry.version
