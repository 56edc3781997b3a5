"""The guard's store, as the auditor sees it."""

from collections.abc import Sequence

from caveat.errors import UpstreamUnavailable
from caveat.model import DecisionRecord


class FakeDecisions:
    """Lists records in pages; `away` makes it a guard that does not answer."""

    def __init__(self, records: Sequence[DecisionRecord] = (), page: int = 7) -> None:
        self.records = list(records)
        self.page = page
        self.away = False
        self.asked: list[int] = []

    async def after(self, number: int) -> Sequence[DecisionRecord]:
        if self.away:
            raise UpstreamUnavailable("guard", "UNAVAILABLE")
        self.asked.append(number)
        return [record for record in self.records if record.number > number][: self.page]
