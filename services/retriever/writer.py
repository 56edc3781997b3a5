"""Write a new version of the corpus into a folder of its own."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO

from caveat.model import SourceType
from caveat.model.identity import corpus_version_of
from caveat.terms import DEFINITION
from services.retriever.index import IndexWriter
from services.retriever.records import Entry, source_record
from services.retriever.version import (
    INDEX,
    PASSAGES,
    SOURCES,
    Manifest,
    passage_record,
    seals,
    write_manifest,
)


class VersionWriter:
    """Takes entries one after another, so that a large corpus never is in memory."""

    def __init__(self, path: Path) -> None:
        (path / INDEX).mkdir(parents=True)
        self._path = path
        self._index = IndexWriter(path / INDEX)
        self._files = ExitStack()
        self._sources = self._open(SOURCES)
        self._passages = self._open(PASSAGES)
        self._source_ids: set[str] = set()
        self._passage_ids: list[str] = []
        self._counts: dict[str, dict[str, int]] = {}
        self._kinds: set[SourceType] = set()
        self._as_of = date.min

    def __enter__(self) -> "VersionWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def add(self, collection: str, each: Entry) -> None:
        """Take an entry, unless another collection brought the same text of the same page."""
        counts = self._counts.setdefault(collection, {"sources": 0, "passages": 0})
        if each.source.source_id in self._source_ids:
            return
        self._source_ids.add(each.source.source_id)
        passage_ids = [passage.passage_id for passage in each.passages]
        besides = {"collection": collection, "passage_ids": passage_ids, "text": each.text}
        _write_line(self._sources, source_record(each.source) | besides)
        for passage in each.passages:
            _write_line(self._passages, passage_record(passage))
            # A definition explains a word of an answer and is none: no search finds it.
            if passage.facet != DEFINITION:
                self._index.add(passage)
        self._passage_ids += passage_ids
        counts["sources"] += 1
        counts["passages"] += len(each.passages)
        self._kinds.add(each.source.type)
        self._as_of = max(self._as_of, each.source.retrieved_at.date())

    def finish(self, made_from: Mapping[str, str]) -> Manifest:
        """Close the files, seal them, and write the manifest."""
        self._files.close()
        self._index.finish()
        manifest = Manifest(
            corpus_version_of(self._passage_ids),
            self._as_of.isoformat(),
            tuple(kind for kind in SourceType if kind in self._kinds),
            self._counts,
            made_from,
            seals(self._path),
        )
        write_manifest(self._path, manifest)
        return manifest

    def _open(self, name: str) -> IO[str]:
        return self._files.enter_context(open(self._path / name, "w", encoding="utf-8"))


def _write_line(file: IO[str], record: dict[str, object]) -> None:
    file.write(json.dumps(record, ensure_ascii=False) + "\n")
