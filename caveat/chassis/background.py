"""Work that goes on for as long as its service does."""

import asyncio
import logging
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

log = logging.getLogger(__name__)

_EX_SOFTWARE = 70

Work = Callable[[], Coroutine[Any, Any, None]]


def fail_stop(task: "asyncio.Task[None]") -> None:
    """End the process when such a task fails: that is a bug, and no message's fault.

    Nothing is committed any more, so what was in work is done again by the next process.
    """
    if not task.cancelled() and (error := task.exception()):
        log.error("a task broke and the process stops", exc_info=error)
        logging.shutdown()
        os._exit(_EX_SOFTWARE)


class Background:
    """One task, begun and ended with its service."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._task: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        """Whether it was ever started."""
        return self._task is not None

    def start(self) -> None:
        """Begin the work."""
        self._task = asyncio.create_task(self._work())
        self._task.add_done_callback(fail_stop)

    async def stop(self) -> None:
        """Cancel the work and wait for its end."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task


class Regular:
    """One call every so many seconds, begun and ended with its service."""

    def __init__(self, call: Work, interval: float) -> None:
        self._call = call
        self._interval = interval
        self._work = Background(self._for_ever)

    @property
    def begun(self) -> bool:
        """Whether it was ever started."""
        return self._work.begun

    async def start(self) -> None:
        """Begin with a call."""
        self._work.start()

    async def stop(self) -> None:
        """Stop; a call in work is cancelled."""
        await self._work.stop()

    async def _for_ever(self) -> None:
        while True:
            await self._call()
            await asyncio.sleep(self._interval)
