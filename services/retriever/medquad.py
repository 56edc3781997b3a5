"""Read MedQuAD (Ben Abacha and Demner-Fushman 2019): answers of NIH sites to plain questions."""

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from caveat.errors import PermanentError
from caveat.model import Source, SourceType
from services.retriever.prose import passages, tidy
from services.retriever.records import Entry, Slice, entry, nfc

SITES = {
    "CancerGov": "National Cancer Institute",
    "GARD": "Genetic and Rare Diseases Information Center",
    "GHR": "Genetics Home Reference",
    "NIDDK": "National Institute of Diabetes and Digestive and Kidney Diseases",
    "NINDS": "National Institute of Neurological Disorders and Stroke",
    "MPlusHealthTopics": "MedlinePlus Health Topics",
    "NIHSeniorHealth": "NIH SeniorHealth",
    "NHLBI": "National Heart, Lung, and Blood Institute",
    "CDC": "Centers for Disease Control and Prevention",
}
LICENCE, TIER = "CC BY 4.0", 2

# The file does not say when each page was read; copies of its pages were seen about 2017. A page
# must never look newer than it is, so an early day stands for all, and not the day of adding.
RETRIEVED_AT = datetime(2017, 1, 1, tzinfo=UTC)

_FACETS = {
    "information": "what_it_is",
    "symptoms": "symptoms",
    "causes": "causes",
    "treatment": "treatment",
    "exams and tests": "diagnosis",
    "outlook": "outlook",
    "prevention": "prevention",
    "susceptibility": "causes",
    "genetic changes": "causes",
    "inheritance": "causes",
    "frequency": "causes",
    "complications": "risks",
    "research": "trials",
    "considerations": "support",
    "support groups": "support",
}
_TEXT_FIELDS = ("source", "url", "focus", "question_type", "question", "answer")
_PLURAL = re.compile(r"\s*\((?:s|es|are)\)")


@dataclass(slots=True)
class Tally:
    """What has become of the lines of a file. `broken` holds the numbers of unusable ones."""

    lines: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    broken: list[int] = field(default_factory=list)

    @property
    def is_too_broken(self) -> bool:
        """More than one line in a hundred could not be read, or there was nothing at all."""
        return not self.answers or len(self.broken) * 100 > self.lines


def read_medquad(
    path: Path, tally: Tally, *, site: str | None = None, limit: int | None = None
) -> Iterator[tuple[str, Entry]]:
    """Read answers with the site each comes from, counting into `tally`.

    Ids of the file repeat even within a site, so an answer is known by its address and text.
    Raises PermanentError when the file cannot be read to its end.
    """
    seen: set[str] = set()
    for number, raw in _lines(path):
        if limit is not None and tally.answers.total() >= limit:
            return
        tally.lines += 1
        try:
            record = _record(raw)
            if site is not None and record["source"] != site:
                continue
            found = _entry(record)
        except ValueError:
            tally.broken.append(number)
            continue
        if found.source.source_id in seen:
            tally.repeated += 1
            continue
        seen.add(found.source.source_id)
        tally.answers[record["source"]] += 1
        yield record["source"], found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            for number in count(1):
                if not (raw := file.readline()):
                    return
                if raw.strip():
                    yield number, raw
    except (OSError, EOFError, zlib.error) as error:
        raise PermanentError(f"{path} cannot be read: {error}") from error


def _record(raw: bytes) -> dict[str, str]:
    """Read one line. Raises ValueError for anything but a whole answer."""
    record: Any = json.loads(raw)
    if not isinstance(record, dict):
        raise ValueError("not an object")
    fields = {name: text for name in _TEXT_FIELDS if isinstance(text := record.get(name), str)}
    if len(fields) < len(_TEXT_FIELDS) or not all(map(str.strip, fields.values())):
        raise ValueError("a field is missing")
    if fields["source"] not in SITES or not re.match(r"https?://\S+$", fields["url"]):
        raise ValueError("no known source")
    return fields


def _entry(record: dict[str, str]) -> Entry:
    """Make the source and its passages. Raises ValueError for an answer without words."""
    title = question_title(record["question"])
    provenance = Source(
        source_id="",
        type=SourceType.PATIENT_SUMMARY,
        title=title,
        publisher=SITES[record["source"]],
        url=record["url"],
        updated_on=None,
        retrieved_at=RETRIEVED_AT,
        licence=LICENCE,
        text_sha256="",
        tier=TIER,
    )
    text = tidy(record["answer"])
    if not re.search(r"\w", text):
        raise ValueError("the answer is empty")
    facet = _FACETS.get(record["question_type"], "what_it_is")
    subject = " ".join(nfc(record["focus"]).split())
    slices = (Slice(start, end, title, facet, subject) for start, end in passages(text))
    return entry(provenance, text, slices)


def question_title(question: str) -> str:
    """Write a question of the file as people do: "What is (are) Acne ?" is "What is Acne?"."""
    words = " ".join(_PLURAL.sub("", nfc(question)).split())
    title = re.sub(r"(?:\s*\?)+$", "?", words)
    return title[:1].upper() + title[1:]
