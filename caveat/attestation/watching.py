"""Hold what a file says, and read the file again when it has changed."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from caveat.errors import CaveatError

log = logging.getLogger(__name__)

T = TypeVar("T")

_Stamp = tuple[int, int, int] | None


class WatchedFile(Generic[T]):
    """A key file that another process may replace. Looking costs one stat."""

    def __init__(self, path: Path, read: Callable[[Path], T]) -> None:
        self._path = path
        self._read = read
        self._lock = threading.Lock()
        self._seen = _stamp(path)  # before it is read: what changes in between is read again
        self._held = read(path)

    def current(self) -> T:
        """Return what the file says now. Raises what reading it raises."""
        stamp = _stamp(self._path)
        if stamp != self._seen:
            with self._lock:
                self._held = self._read(self._path)
                self._seen = stamp
        return self._held

    def latest(self) -> T:
        """Return what the file said when it could last be read; a change is read only once."""
        stamp = _stamp(self._path)
        try:
            return self.current()
        except CaveatError as error:
            log.warning(
                "kept the earlier keys", extra={"file": self._path.name, "error": str(error)}
            )
            self._seen = stamp
            return self._held


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
