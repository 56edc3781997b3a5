"""Show how old the corpus is: by type of source, the one that was seen least recently."""

from collections.abc import Callable
from datetime import datetime

from caveat.chassis import metrics
from services.retriever.library import Library

INTERVAL = 15.0  # seconds between two looks


class Freshness:
    """Looks at the version being served."""

    def __init__(self, library: Library, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now

    async def look(self) -> None:
        """Set the age of each type that the version has, and forget the types that it has not."""
        now = self._now()
        metrics.corpus_age.clear()
        for kind, at in self._library.current.seen.items():
            metrics.corpus_age.labels(kind).set(max(0.0, (now - at).total_seconds()))
