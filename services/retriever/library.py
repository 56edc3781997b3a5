"""The versions being served: the current one, and the one before it for passages by id.

A build switches the pointer; the library notices and swaps. A query that has begun keeps the
version it began with, and drafts under way still find the passages of the version before.
"""

import asyncio
import contextlib
import logging

from caveat.errors import CorpusUnreadable
from services.retriever.folder import CorpusFolder, Pointer
from services.retriever.version import MANIFEST, Version, open_version

log = logging.getLogger(__name__)

INTERVAL = 0.5  # seconds between looks at the pointer


class Library:
    """Opens what the pointer names, now and whenever it changes."""

    def __init__(self, folder: CorpusFolder) -> None:
        """Open the current version. Raises CorpusUnreadable."""
        self._folder = folder
        pointer = folder.pointer()
        self._seen = (pointer, self._written_at(pointer))
        self._current = open_version(folder.versions / pointer.current)
        self._previous = self._open_previous(pointer)
        self._complaint = ""
        self._watching: asyncio.Task[None] | None = None

    @property
    def current(self) -> Version:
        """The version that searches look into."""
        return self._current

    @property
    def versions(self) -> tuple[Version, ...]:
        """The versions that ids are looked up in, the current one first."""
        current, previous = self._current, self._previous
        return (current,) if previous is None else (current, previous)

    async def start(self) -> None:
        """Begin to watch the pointer."""
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop watching."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            await asyncio.to_thread(self.refresh)

    def refresh(self) -> None:
        """Swap to the version that the pointer names now; keep the old one if it is unreadable."""
        try:
            pointer = self._folder.pointer()
            seen = (pointer, self._written_at(pointer))
            if seen == self._seen:
                return
            self._seen = seen
            fresh = open_version(self._folder.versions / pointer.current)
        except CorpusUnreadable as error:
            self._complain(str(error))
            return
        self._complaint = ""
        if fresh.name != self._current.name:
            self._previous = self._current
        self._current = fresh
        log.info("swapped the corpus", extra={"corpus_version": fresh.manifest.corpus_version})

    def _written_at(self, pointer: Pointer) -> int:
        """Tell a mended version from the damaged one of the same name."""
        try:
            return (self._folder.versions / pointer.current / MANIFEST).stat().st_mtime_ns
        except OSError:
            return 0

    def _complain(self, fault: str) -> None:
        if fault != self._complaint:  # once for each fault, not twice a second
            self._complaint = fault
            log.error("kept the old corpus", extra={"error": fault})

    def _open_previous(self, pointer: Pointer) -> Version | None:
        if not pointer.previous:
            return None
        try:
            return open_version(self._folder.versions / pointer.previous)
        except CorpusUnreadable as error:
            # It only serves drafts that were under way during the last swap.
            log.warning("went without the previous corpus", extra={"error": str(error)})
            return None
