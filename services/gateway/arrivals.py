"""Let requests wait for news of a question, in this process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Arrivals:
    """Wakes whoever waits for a question. What was woken for is read from the store."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[Expectation]] = {}
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the service is stopping, and nobody should begin to wait."""
        return self._closed

    async def start(self) -> None:
        """Begin: nobody waits."""

    async def stop(self) -> None:
        """Wake everybody, so that nobody holds up the end of the process."""
        self._closed = True
        for expectations in tuple(self._waiting.values()):
            for expectation in expectations:
                expectation.tell(answered=True)

    def tell(self, question_id: str) -> None:
        """Say that the answer of a question was stored."""
        for expectation in self._waiting.get(question_id, ()):
            expectation.tell(answered=True)

    def tell_progress(self, question_id: str) -> None:
        """Say that a question has come further."""
        for expectation in self._waiting.get(question_id, ()):
            expectation.tell(answered=False)

    @contextmanager
    def expecting(self, question_id: str) -> Iterator["Expectation"]:
        """Expect news. Enter before looking into the store, so that none slips by between."""
        expectation = Expectation()
        self._waiting.setdefault(question_id, set()).add(expectation)
        if self._closed:
            expectation.tell(answered=True)
        try:
            yield expectation
        finally:
            others = self._waiting[question_id]
            others.discard(expectation)
            if not others:
                del self._waiting[question_id]


class Expectation:
    """One request's wait."""

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self._answer = asyncio.Event()

    def tell(self, *, answered: bool) -> None:
        """Say that there is news."""
        self._news.set()
        if answered:
            self._answer.set()

    async def arrive(self, seconds: float) -> bool:
        """Return once the answer was stored, or the time is over; tell whether it was."""
        return await _within(self._answer, seconds)

    async def hear(self, seconds: float) -> bool:
        """Return once there is any news since the last time, and tell whether there was."""
        heard = await _within(self._news, seconds)
        self._news.clear()
        return heard


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
