"""Lay out a citation: the cited words in the text that they stand in. Pure.

The words are those of the signed answer; what stands around them is the corpus's stored text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from caveat.errors import PermanentError
from caveat.model import Passage
from services.gateway.records import KeptSource

_AROUND = 1  # passages before and after the cited one


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph of the context; `exact` is empty where nothing is cited."""

    heading: str
    before: str
    exact: str
    after: str

    @property
    def cited(self) -> bool:
        """Whether the cited words stand here."""
        return bool(self.exact)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation page, as values; `found` says that the stored copy still holds the words."""

    number: int
    answer_path: str
    answer_title: str
    title: str
    kind: str
    publisher: str
    dated: str
    free: bool
    retracted: bool
    demonstration: bool
    rests_on: str
    context: tuple[Part, ...]
    found: bool
    uses: tuple[str, ...]
    others: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    passage_id: str
    text_sha256: str
    url: str


def cite(document: Mapping[str, Any], citation_id: str, stored: KeptSource | None) -> Cited | None:
    """Lay out one citation of a verified document; None when it has no such citation.

    `stored` is the source as the corpus holds it now, or None when it holds it no longer.
    """
    citation = document["citations"].get(citation_id)
    if citation is None:
        return None
    source = document["sources"].get(citation["source"])
    if source is None:
        raise PermanentError("the citation names no source of its document")
    context = _stored_context(citation, source, stored)
    behind = source.get("rests_on")
    sentences, supports = document["sentences"], citation["supports"]
    same_source = {
        sentence
        for other in document["citations"].values()
        if other["source"] == citation["source"]
        for sentence in other["supports"]
    }
    return Cited(
        number=citation["n"],
        answer_path=f"/a/{document['id']}/{document['slug']}",
        answer_title=document["title"],
        title=source["title"],
        kind=source["type"].replace("_", " "),
        publisher=source["publisher"],
        dated=_day(source["updated_on"] or source["published_on"]),
        free=source["access"] == "free",
        retracted=source["retracted"],
        demonstration=source["type"] == "demonstration_note",
        rests_on=f"{behind['title']}, {behind['publisher']} ({behind['dated']})" if behind else "",
        context=context or _signed_context(citation),
        found=bool(context),
        uses=_texts(sentences, supports),
        others=_texts(sentences, sorted(same_source - set(supports), key=_rank)),
        facts=(
            ("Copied on", _day(source["retrieved_at"])),
            ("Licence of the copy", source["licence"]),
            ("Weight as evidence", f"tier {source['tier']} of 4, where 1 is the strongest"),
        ),
        passage_id=citation["passage"],
        text_sha256=source["text_sha256"],
        url=_safe(source["url"]),
    )


def _stored_context(
    citation: Mapping[str, Any], source: Mapping[str, Any], stored: KeptSource | None
) -> tuple[Part, ...]:
    """Find the words where the answer says that they are; nothing when they are not there."""
    if stored is None or stored.source.text_sha256 != source["text_sha256"]:
        return ()
    selector = citation["selector"]
    start, end, exact = selector["start"], selector["end"], selector["exact"]
    places = [p.passage_id for p in stored.passages]
    if stored.text[start:end] != exact or citation["passage"] not in places:
        return ()
    at = places.index(citation["passage"])
    around = stored.passages[max(0, at - _AROUND) : at + _AROUND + 1]
    return tuple(_part(p, around, citation["passage"], start=start, end=end) for p in around)


def _part(passage: Passage, around: Sequence[Passage], cited: str, *, start: int, end: int) -> Part:
    index = around.index(passage)
    # A heading that stands over several passages is shown over the first.
    same = index > 0 and around[index - 1].heading == passage.heading
    heading = "" if same else passage.heading
    if passage.passage_id != cited:
        return Part(heading, passage.text, "", "")
    first, last = start - passage.start, end - passage.start
    return Part(heading, passage.text[:first], passage.text[first:last], passage.text[last:])


def _signed_context(citation: Mapping[str, Any]) -> tuple[Part, ...]:
    selector = citation["selector"]
    heading = citation["locator"].get("heading") or ""
    return (Part(heading, selector["prefix"], selector["exact"], selector["suffix"]),)


def _texts(sentences: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sentences[name]["text"] for name in names if name in sentences)


def _rank(name: str) -> tuple[int, str]:
    return len(name), name


def _day(text: str | None) -> str:
    """Write a date as people do; a year or month alone stays one."""
    if not text:
        return "date unknown"
    if len(text) < len("2026-11-22"):
        return text
    found = date.fromisoformat(text[:10])
    return f"{found.day} {found:%B %Y}"


def _safe(url: str) -> str:
    parts = urlsplit(url)
    return (
        url
        if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
        else ""
    )
