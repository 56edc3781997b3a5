"""Let requests wait for the answer of a question, in this process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Arrivals:
    """Wakes whoever waits for a question. What was woken for is read from the store."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._closed = False

    async def start(self) -> None:
        """Begin: nobody waits."""

    async def stop(self) -> None:
        """Wake everybody, so that nobody holds up the end of the process."""
        self._closed = True
        for question_id in tuple(self._waiting):
            self.tell(question_id)

    def tell(self, question_id: str) -> None:
        """Say that the answer of a question was stored."""
        for event in self._waiting.get(question_id, ()):
            event.set()

    @contextmanager
    def expecting(self, question_id: str) -> Iterator["Expectation"]:
        """Expect an answer. Enter before looking into the store, so that none slips by between."""
        event = asyncio.Event()
        self._waiting.setdefault(question_id, set()).add(event)
        if self._closed:
            event.set()
        try:
            yield Expectation(event)
        finally:
            others = self._waiting[question_id]
            others.discard(event)
            if not others:
                del self._waiting[question_id]


class Expectation:
    """One request's wait."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    async def arrive(self, seconds: float) -> None:
        """Return when the answer was stored, or the time is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
