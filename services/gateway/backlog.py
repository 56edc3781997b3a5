"""Show how many questions wait for their answer, and for how long the oldest has."""

import math
from collections.abc import Callable
from datetime import datetime

from caveat.chassis import metrics
from caveat.errors import UpstreamUnavailable
from services.gateway.ports import AnswerStore

INTERVAL = 5.0  # seconds between two looks


class BacklogWatch:
    """Looks into the store. Nothing waits for it."""

    def __init__(self, store: AnswerStore, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def look(self) -> None:
        """Set both gauges: to no number while the store is away, for 0 would be a lie."""
        try:
            backlog = await self._store.backlog()
        except UpstreamUnavailable:  # told already, by whoever needs the store
            metrics.questions_unfinished.set(math.nan)
            metrics.oldest_unfinished.set(math.nan)
            return
        waited = (self._now() - backlog.since).total_seconds() if backlog.since else 0.0
        metrics.questions_unfinished.set(backlog.count)
        metrics.oldest_unfinished.set(max(0.0, waited))
