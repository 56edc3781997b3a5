"""One version of the corpus on disk: its manifest, and its records read by id from mapped files."""

import hashlib
import json
import mmap
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from caveat.errors import CorpusUnreadable
from caveat.model import Passage, Source, SourceType
from caveat.terms import DEFINITION, Vocabulary
from services.retriever.folder import FORMAT, MEND
from services.retriever.index import TantivyIndex, index_files
from services.retriever.ports import CorpusDescription
from services.retriever.records import Entry, source_of

MANIFEST, SOURCES, PASSAGES, INDEX = "manifest.json", "sources.jsonl", "passages.jsonl", "index"
_BESIDES_SOURCE = frozenset({"collection", "passage_ids", "text"})
_FAULTS = (OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Seal:
    """The size and the SHA-256 of a file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a version holds; `made_from` has the digest of what each collection was made from."""

    corpus_version: str
    as_of: str
    kinds: tuple[SourceType, ...]
    collections: Mapping[str, Mapping[str, int]]
    made_from: Mapping[str, str]
    files: Mapping[str, Seal]

    def total(self, noun: str) -> int:
        """Count the sources or the passages of all collections."""
        return sum(counts[noun] for counts in self.collections.values())


class Version:
    """An open version: a Corpus. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        manifest = read_manifest(path)
        _check(path, manifest)
        self._passages = _Records(path / PASSAGES, "passage_id")
        self._sources = _Records(path / SOURCES, "source_id")
        self._index = TantivyIndex(path / INDEX, self.passage)
        self._vocabulary = Vocabulary(Passage(**r) for r in self._passages.of_facet(DEFINITION))
        self.seen = _least_recently_seen(self._sources)
        self.manifest = manifest
        self.name = path.name

    @property
    def description(self) -> CorpusDescription:
        """The figures of this version."""
        return CorpusDescription(
            self.manifest.corpus_version,
            self.manifest.total("passages"),
            self.manifest.total("sources"),
            self.manifest.kinds,
            self.manifest.as_of,
        )

    @property
    def source_ids(self) -> frozenset[str]:
        """The ids of all sources."""
        return self._sources.ids

    @property
    def passage_ids(self) -> frozenset[str]:
        """The ids of all passages."""
        return self._passages.ids

    @property
    def index(self) -> TantivyIndex:
        """The search over the passages of this version."""
        return self._index

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that definitions of this version explain."""
        return self._vocabulary

    def passage(self, passage_id: str) -> Passage | None:
        """Return a passage by id."""
        record = self._passages.get(passage_id)
        return None if record is None else Passage(**record)

    def source(self, source_id: str) -> Source | None:
        """Return a source by id."""
        record = self._sources.get(source_id)
        if record is None:
            return None
        return source_of({name: record[name] for name in record if name not in _BESIDES_SOURCE})

    def entry(self, source_id: str) -> Entry | None:
        """Return a source with its stored text and its passages, by id."""
        record, source = self._sources.get(source_id), self.source(source_id)
        if record is None or source is None:
            return None
        passages = map(self.passage, record["passage_ids"])
        return Entry(source, record["text"], tuple(p for p in passages if p is not None))


def open_version(path: Path) -> Version:
    """Open a version after comparing every file with its seal. Raises CorpusUnreadable."""
    try:
        return Version(path)
    except _FAULTS as error:
        raise _damaged(path, str(error)) from error


def read_manifest(path: Path) -> Manifest:
    """Read what a version holds, without a look at its files. Raises CorpusUnreadable."""
    try:
        fields = json.loads((path / MANIFEST).read_bytes())
        if fields["format"] != FORMAT:
            raise _damaged(path, f"its format is {fields['format']!r}, not {FORMAT}")
        return Manifest(
            fields["corpus_version"],
            fields["as_of"],
            tuple(SourceType(kind) for kind in fields["kinds"]),
            {name: dict(counts) for name, counts in fields["collections"].items()},
            dict(fields["made_from"]),
            {name: Seal(**seal) for name, seal in fields["files"].items()},
        )
    except FileNotFoundError as error:
        raise _damaged(path, f"{MANIFEST} is missing") from error
    except _FAULTS as error:
        raise _damaged(path, f"{MANIFEST} cannot be read") from error


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write what a version holds, for people and for `read_manifest`."""
    record = {"format": FORMAT} | asdict(manifest)
    (path / MANIFEST).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def seals(path: Path) -> dict[str, Seal]:
    """Seal the files of a version."""
    files = [path / SOURCES, path / PASSAGES, *index_files(path / INDEX)]
    return {str(file.relative_to(path)): _seal(file) for file in files}


def passage_record(passage: Passage) -> dict[str, Any]:
    """Write a passage as a JSON object."""
    return asdict(passage)


def _seal(file: Path) -> Seal:
    with open(file, "rb") as content:
        return Seal(file.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())


def _check(path: Path, manifest: Manifest) -> None:
    if not {SOURCES, PASSAGES} <= manifest.files.keys():
        raise _damaged(path, f"{MANIFEST} seals too little")
    for name, seal in manifest.files.items():
        if not (path / name).is_file():
            raise _damaged(path, f"{name} is missing")
        if _seal(path / name) != seal:
            raise _damaged(path, f"{name} has been changed")


def _damaged(path: Path, fault: str) -> CorpusUnreadable:
    return CorpusUnreadable(f"the corpus {path} is damaged: {' '.join(fault.split())}; {MEND}")


def _least_recently_seen(sources: "_Records") -> Mapping[SourceType, datetime]:
    """Find when the source of each type was retrieved that was retrieved first."""
    seen: dict[SourceType, datetime] = {}
    for record in sources:
        kind, at = SourceType(record["type"]), datetime.fromisoformat(record["retrieved_at"])
        seen[kind] = min(at, seen.get(kind, at))
    return seen


class _Records:
    """JSON lines by the id that each begins with. Only ids and places are held in memory."""

    def __init__(self, path: Path, key: str) -> None:
        with open(path, "rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        starts = re.finditer(rb'^\{"%s": "([^"]+)"' % key.encode(), self._map, re.MULTILINE)
        self._places = {start[1].decode(): start.start() for start in starts}

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all records."""
        return frozenset(self._places)

    def get(self, record_id: str) -> dict[str, Any] | None:
        """Read one record."""
        start = self._places.get(record_id)
        return None if start is None else self._read(start)

    def of_facet(self, facet: str) -> Iterator[dict[str, Any]]:
        """Read the records of a facet, in order. A text cannot look like one: it is escaped."""
        for found in re.finditer(rb'"facet": "%s"' % facet.encode(), self._map):
            yield self._read(self._map.rfind(b"\n", 0, found.start()) + 1)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(self._read, self._places.values())

    def _read(self, start: int) -> dict[str, Any]:
        end = self._map.find(b"\n", start)
        return dict(json.loads(self._map[start:end]))
