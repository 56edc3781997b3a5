"""Let one instance of a service work at a time: a second waits until the first is gone."""

import asyncio
import fcntl
import logging
import os

from sqlalchemy import Connection

from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.errors import UpstreamUnavailable

log = logging.getLogger(__name__)

_PAUSE = 0.5  # seconds


class Alone:
    """A lock beside a SQLite file, or in the PostgreSQL database; the end of its process frees it.

    It keeps two instances from working against each other. That no fork can come of it when a
    network splits is for the store's own constraints to see to.
    """

    def __init__(self, store: Store, name: str, readiness: Readiness) -> None:
        self._store = store
        self._name = name
        self._readiness = readiness
        self._file = -1
        self._connection: Connection | None = None

    async def start(self) -> None:
        """Return once this instance is the only one, however long that takes."""
        if await self._attempt():
            return
        log.warning("waiting for another instance", extra={"service": self._name})
        with self._readiness.waiting_for(f"another-{self._name}"):
            while True:
                await asyncio.sleep(_PAUSE)
                if await self._attempt():
                    return

    async def stop(self) -> None:
        """Let the next one work."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        if self._connection is not None:
            await asyncio.to_thread(_end, self._connection)
            self._connection = None

    async def _attempt(self) -> bool:
        try:
            return await asyncio.to_thread(self._take)
        except UpstreamUnavailable as error:
            log.warning("the store could not be locked", extra={"error": str(error)})
            return False

    def _take(self) -> bool:
        if self._store.path is None:
            self._connection = self._store.lock_forever(f"{self._name}/alone")
            return self._connection is not None
        path = self._store.path.with_suffix(".lock")
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True


def _end(connection: Connection) -> None:
    connection.invalidate()  # back in the pool, its session would keep the lock
    connection.close()
