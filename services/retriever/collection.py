"""Collections: what has been added to the corpus, each in one file, kept between versions."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from caveat.errors import CorpusUnreadable
from services.retriever.folder import FORMAT, MEND, replacing
from services.retriever.records import Entry, entry_of, entry_record

_SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class CollectionWriter:
    """Writes the entries of one collection."""

    file: IO[str]

    def add(self, stored: Entry) -> None:
        """Append an entry."""
        self.file.write(json.dumps(entry_record(stored), ensure_ascii=False) + "\n")


@contextmanager
def writing_collection(folder: Path, name: str, *, digest: str = "") -> Iterator[CollectionWriter]:
    """Replace a collection; it stays as it was when the block raises.

    `digest` is of what the collection was made from, to tell later whether that has changed.
    """
    with replacing(folder / f"{name}{_SUFFIX}") as file:
        file.write(json.dumps({"format": FORMAT, "collection": name, "digest": digest}) + "\n")
        yield CollectionWriter(file)


def collection_names(folder: Path) -> list[str]:
    """List the collections of a folder, in order."""
    return sorted(path.stem for path in folder.glob(f"[!.]*{_SUFFIX}"))


def collection_digest(folder: Path, name: str) -> str:
    """Return the digest that a collection was written with. Raises CorpusUnreadable."""
    path = folder / f"{name}{_SUFFIX}"
    try:
        with open(path, encoding="utf-8") as file:
            return str(_header(path, file)["digest"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, 1) from error


def read_collection(folder: Path, name: str) -> Iterator[Entry]:
    """Read the entries of a collection. Raises CorpusUnreadable naming file and line."""
    path, number = folder / f"{name}{_SUFFIX}", 1
    try:
        with open(path, encoding="utf-8") as file:
            _header(path, file)
            for number, line in enumerate(file, start=2):  # noqa: B007 - told in the error
                yield entry_of(json.loads(line))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, number) from error


def _header(path: Path, file: IO[str]) -> dict[str, object]:
    header = json.loads(file.readline())
    if header["format"] != FORMAT:
        raise CorpusUnreadable(f"{path} has format {header['format']!r}, not {FORMAT}; {_CURE}")
    return dict(header)


def _unreadable(path: Path, number: int) -> CorpusUnreadable:
    return CorpusUnreadable(f"{path}:{number} is damaged; {_CURE}")


_CURE = f"remove the file, add the collection again, and {MEND}"
