"""Lay out the sources of a document: the numbered list, and the chips that lead to it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace

from caveat.errors import MalformedEvent
from caveat.readable import day, kind_of_source
from services.renderer.document import Node
from services.renderer.page import Listed, Quote, RestsOn

_LONGEST_PUBLISHER = 28  # characters of a chip
_CUT = 32  # characters of what stands around a quote
_ASIDE = re.compile(r"[;(]|, copy\b")  # what a chip has no room for
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")


def source_numbers(root: Node) -> dict[str, int]:
    """Number each cited source by the lowest number among its citations."""
    known = root.entries("sources")
    numbers: dict[str, int] = {}
    for citation in root.entries("citations").values():
        source_id, number = citation.text("source"), citation.number("n")
        if source_id not in known or number < 1:
            raise MalformedEvent(f"{citation.at} names no source that can be listed")
        numbers[source_id] = min(number, numbers.get(source_id, number))
    if len(set(numbers.values())) < len(numbers):
        raise MalformedEvent("two sources share a number")
    return numbers


def chip_label(source: Node) -> str:
    """Say in a few words who a source is by and of which year; a demonstration note says so."""
    behind = source.child_or_none("rests_on")
    if behind is None:
        dated = source.text_or_none("updated_on") or source.text_or_none("published_on")
        return _short(source.text("publisher"), dated)
    return f"Demo note, {_short(behind.text('publisher'), behind.text_or_none('dated'))}"


def _short(publisher: str, dated: str | None) -> str:
    name = _ASIDE.split(publisher)[0].strip() or publisher
    if len(name) > _LONGEST_PUBLISHER:
        name = name[:_LONGEST_PUBLISHER].rsplit(" ", 1)[0].rstrip() + "\u2026"
    year = _YEAR.match(dated or "")
    return f"{name} {year[0]}" if year else name


def listed_sources(root: Node, numbers: Mapping[str, int]) -> tuple[Listed, ...]:
    """List the sources: cited ones by number, then what was found and not cited."""
    quotes: dict[str, dict[tuple[str, str], Quote]] = {}
    supported: dict[str, set[str]] = {}
    citations = root.entries("citations")
    for key in sorted(citations, key=lambda key: (citations[key].number("n"), len(key), key)):
        citation = citations[key]
        source_id, quote = citation.text("source"), _quote(key, citation)
        of_source = quotes.setdefault(source_id, {})
        # Sentences that rest on the very same words share one quote.
        if same := of_source.get((quote.text, quote.heading)):
            quote = replace(same, citation_ids=(*same.citation_ids, key))
        of_source[quote.text, quote.heading] = quote
        supported.setdefault(source_id, set()).update(citation.texts("supports"))
    found = root.entries("sources")
    order = sorted(found, key=lambda key: (key not in numbers, numbers.get(key, 0), key))
    return tuple(
        _listed(
            found[key],
            numbers.get(key, 0),
            sentences=len(supported.get(key, ())),
            quotes=tuple(quotes.get(key, {}).values()),
        )
        for key in order
    )


def _listed(node: Node, number: int, *, sentences: int, quotes: tuple[Quote, ...]) -> Listed:
    return Listed(
        number=number,
        title=node.text("title"),
        publisher=node.text("publisher"),
        kind=kind_of_source(node.text("type")),
        dated=day(node.text_or_none("updated_on") or node.text_or_none("published_on")),
        url=node.url("url"),
        free=node.text_or_none("access") == "free",
        retracted=node.flag("retracted"),
        rests_on=_rests_on(node.child_or_none("rests_on")),
        sentences=sentences,
        quotes=quotes,
    )


def _rests_on(node: Node | None) -> RestsOn | None:
    if node is None:
        return None
    dated = day(node.text_or_none("dated"))
    kind = kind_of_source(node.text("type"))
    return RestsOn(node.text("title"), node.text("publisher"), kind, dated)


def _quote(citation_id: str, citation: Node) -> Quote:
    locator, selector = citation.child("locator"), citation.child("selector")
    page = locator.fields.get("page")
    before, after = (selector.text_or_none(side) or "" for side in ("prefix", "suffix"))
    # What was cut to length may begin or end within a word, which nobody wants to read.
    if len(before) >= _CUT:
        before = f"\u2026 {before.partition(' ')[2]}"
    if len(after) >= _CUT:
        after = f"{after.rpartition(' ')[0]} \u2026"
    return Quote(
        citation_ids=(citation_id,),
        text=selector.text("exact"),
        before=before,
        after=after,
        heading=locator.text_or_none("heading") or "",
        page=str(page) if isinstance(page, int) else locator.text_or_none("page") or "",
        url=citation.url("live_url"),
    )
