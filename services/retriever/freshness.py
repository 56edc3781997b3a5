"""Show how old the corpus is: by type of source, the one that was seen least recently."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from caveat.chassis import metrics
from caveat.chassis.background import Background
from services.retriever.library import Library

INTERVAL = 15.0  # seconds


class Freshness:
    """Looks at the version being served every few seconds."""

    def __init__(
        self, library: Library, now: Callable[[], datetime], *, interval: float = INTERVAL
    ) -> None:
        self._library = library
        self._now = now
        self._interval = interval
        self._work = Background(self._look_for_ever)

    async def start(self) -> None:
        """Begin to look."""
        self._work.start()

    async def stop(self) -> None:
        """Stop looking."""
        await self._work.stop()

    def look(self) -> None:
        """Set the age of each type that the version has, and forget the types that it has not."""
        now = self._now()
        metrics.corpus_age.clear()
        for kind, at in self._library.current.seen.items():
            metrics.corpus_age.labels(kind).set(max(0.0, (now - at).total_seconds()))

    async def _look_for_ever(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(self._interval)
