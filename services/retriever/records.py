"""Sources and passages as stored records, with ids that are hashes of their content.

A *stored text* is NFC; every offset counts its code points. `Entry` is what every collection is
made of: a source, its stored text, and the passages cut from it.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from caveat.model import Passage, RestsOn, Source, SourceType
from caveat.model.identity import passage_id_of, source_id_of


@dataclass(frozen=True, slots=True)
class Slice:
    """Where a passage lies in a stored text, and what it is about."""

    start: int
    end: int
    heading: str
    facet: str
    subject: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A source with its stored text and its passages, in order."""

    source: Source
    text: str
    passages: tuple[Passage, ...]


def nfc(text: str) -> str:
    """Bring a text into the form in which it is stored."""
    return unicodedata.normalize("NFC", text)


def entry(provenance: Source, text: str, slices: Iterable[Slice]) -> Entry:
    """Cut passages from a stored text; ids and the hash of the source are filled in here."""
    source = replace(
        provenance,
        source_id=source_id_of(provenance.url, text),
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    return Entry(source, text, tuple(_passages(source.source_id, text, slices)))


def _passages(source_id: str, text: str, slices: Iterable[Slice]) -> Iterator[Passage]:
    for cut in slices:
        words = text[cut.start : cut.end]
        passage_id = passage_id_of(source_id, cut.start, words)
        yield Passage(passage_id, source_id, cut.heading, cut.facet, words, cut.start, cut.subject)


# --- records: the JSON objects of the corpus folder ----------------------------------------------


def source_record(source: Source) -> dict[str, Any]:
    """Write a source as a JSON object."""
    return asdict(source) | {"retrieved_at": source.retrieved_at.isoformat()}


def source_of(record: Mapping[str, Any]) -> Source:
    """Read a source. Raises ValueError, TypeError or KeyError for anything else."""
    fields = {**record, "type": SourceType(record["type"])}
    fields["retrieved_at"] = datetime.fromisoformat(record["retrieved_at"])
    if (rests_on := record["rests_on"]) is not None:
        fields["rests_on"] = RestsOn(**{**rests_on, "type": SourceType(rests_on["type"])})
    return Source(**fields)


def entry_record(stored: Entry) -> dict[str, Any]:
    """Write an entry as a JSON object; each passage without its text, which the source holds."""
    passages = [
        {"start": p.start, "end": p.start + len(p.text), "heading": p.heading}
        | {"facet": p.facet, "subject": p.subject}
        for p in stored.passages
    ]
    return {"source": source_record(stored.source), "text": stored.text, "passages": passages}


def entry_of(record: Mapping[str, Any]) -> Entry:
    """Read an entry; ids are computed anew. Raises ValueError, TypeError or KeyError."""
    slices = (Slice(**fields) for fields in record["passages"])
    return entry(source_of(record["source"]), record["text"], slices)
