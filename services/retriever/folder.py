"""The corpus folder: what lies where, and how files in it change whole or not at all.

    corpus/current                    JSON: the version being served, and the one before it
    corpus/collections/<name>.jsonl   what has been added, one entry a line after a header
    corpus/versions/<name>/           manifest.json, sources.jsonl, passages.jsonl, index/

A version never changes. A writer makes a new one beside the others and then replaces `current`,
so that a crash at any moment leaves the old version in place.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from caveat.errors import CorpusUnreadable, DependencyMissing

FORMAT = 1
MEND = "mend it with: caveat corpus build"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The folder names of the current version and of the one before; empty when there is none.

    `instead_of` names the version that the current one was put in the place of on purpose.
    """

    current: str
    previous: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class CorpusFolder:
    """Paths inside a corpus folder, and its pointer."""

    root: Path

    @property
    def collections(self) -> Path:
        """Where collections are."""
        return self.root / "collections"

    @property
    def versions(self) -> Path:
        """Where versions are."""
        return self.root / "versions"

    def version_folders(self) -> list[Path]:
        """List the versions, newest first."""
        found = [path for path in self.versions.glob("[!.]*") if path.is_dir()]
        return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)

    @property
    def _pointer(self) -> Path:
        return self.root / "current"

    def pointer(self) -> Pointer:
        """Read which version is current. Raises CorpusUnreadable."""
        try:
            fields = json.loads(self._pointer.read_bytes())
            pointer = Pointer(
                str(fields["current"]), str(fields["previous"]), str(fields.get("instead_of", ""))
            )
        except FileNotFoundError as error:
            raise CorpusUnreadable(f"there is no corpus in {self.root}; {MEND}") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorpusUnreadable(f"{self._pointer} cannot be read; {MEND}") from error
        if "/" in pointer.current + pointer.previous + pointer.instead_of or not pointer.current:
            raise CorpusUnreadable(f"{self._pointer} names no version; {MEND}")
        return pointer

    def current_version(self) -> str:
        """Name the current version's folder, or nothing where there is none that can be read."""
        try:
            return self.pointer().current
        except CorpusUnreadable:
            return ""

    def switch(self, name: str) -> None:
        """Make a version the current one, atomically."""
        before = self.current_version()
        if before == name:
            return
        with replacing(self._pointer) as file:
            json.dump({"current": name, "previous": before}, file, indent=2)

    def roll_back(self, name: str) -> None:
        """Make an earlier version the current one, and note in whose place it stands."""
        before = self.current_version()
        if before == name:
            return
        with replacing(self._pointer) as file:
            json.dump({"current": name, "previous": before, "instead_of": before}, file, indent=2)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let one writer at a time into the folder. Raises DependencyMissing."""
        try:
            for folder in (self.collections, self.versions):
                folder.mkdir(parents=True, exist_ok=True)
            lock = open(self.root / ".lock", "w")  # noqa: SIM115 - closed below
        except OSError as error:
            raise DependencyMissing(f"{self.root} cannot be written: {error}") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """Write a file anew: it appears whole when the block ends, and not at all when it raises."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(partial, "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    make_durable(path.parent)


def make_durable(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
