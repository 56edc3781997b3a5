"""Lay out a citation: the cited words in the text that they stand in. Pure.

The words are those of the signed answer; what stands around them is the corpus's stored text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from caveat.errors import PermanentError
from caveat.model import Passage
from caveat.readable import day, kind_of_source, plain, safe_url
from services.gateway.records import KeptSource

_AROUND = 1  # passages before and after the cited one

Fields = Mapping[str, Any]


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
class Shown:
    """A source, as its page shows it; `rests_on` is empty but for a demonstration note."""

    title: str
    kind: str
    publisher: str
    dated: str
    free: bool
    retracted: bool
    rests_on: str
    facts: tuple[tuple[str, str], ...]
    text_sha256: str
    url: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation page, as values; `found` says that the stored copy still holds the words."""

    number: int
    answer_path: str
    answer_title: str
    source: Shown
    passage_id: str
    context: tuple[Part, ...]
    found: bool
    uses: tuple[str, ...]
    others: tuple[str, ...]


def cite(document: Fields, citation_id: str, stored: KeptSource | None) -> Cited | None:
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
    supports = citation["supports"]
    same_source = {
        sentence
        for other in document["citations"].values()
        if other["source"] == citation["source"]
        for sentence in other["supports"]
    }
    return Cited(
        number=citation["n"],
        answer_path=f"/a/{document['id']}/{document['slug']}",
        answer_title=plain(document["title"]),
        source=_shown(source),
        passage_id=citation["passage"],
        context=context or _signed_context(citation),
        found=bool(context),
        uses=_texts(document, supports),
        others=_texts(document, sorted(same_source - set(supports), key=_rank)),
    )


def _shown(source: Fields) -> Shown:
    behind = source.get("rests_on")
    rests_on = f"{behind['title']}, {behind['publisher']} ({behind['dated']})" if behind else ""
    return Shown(
        title=plain(source["title"]),
        kind=plain(kind_of_source(source["type"])),
        publisher=plain(source["publisher"]),
        dated=day(source["updated_on"] or source["published_on"]).shown,
        free=source["access"] == "free",
        retracted=source["retracted"],
        rests_on=plain(rests_on),
        facts=(
            ("Copied on", day(source["retrieved_at"]).shown),
            ("Licence of the copy", plain(source["licence"])),
            ("Weight as evidence", f"tier {source['tier']} of 4, where 1 is the strongest"),
        ),
        text_sha256=source["text_sha256"],
        url=safe_url(source["url"]),
    )


def _stored_context(
    citation: Fields, source: Fields, stored: KeptSource | None
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
    heading = "" if same else plain(passage.heading)
    if passage.passage_id != cited:
        return Part(heading, plain(passage.text), "", "")
    first, last = start - passage.start, end - passage.start
    cut = (passage.text[:first], passage.text[first:last], passage.text[last:])
    return Part(heading, *map(plain, cut))


def _signed_context(citation: Fields) -> tuple[Part, ...]:
    selector, heading = citation["selector"], citation["locator"].get("heading") or ""
    around = (plain(selector[side]) for side in ("prefix", "exact", "suffix"))
    return (Part(plain(heading), *around),)


def _texts(document: Fields, names: Sequence[str]) -> tuple[str, ...]:
    sentences = document["sentences"]
    return tuple(plain(sentences[name]["text"]) for name in names if name in sentences)


def _rank(name: str) -> tuple[int, str]:
    return len(name), name
