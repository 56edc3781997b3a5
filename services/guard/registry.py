"""The registry of a page: its citations and its sources. Pure."""

from collections.abc import Iterable
from typing import Any

from caveat.model import Evidence, Source
from services.guard.examination import Statement


def citations_of(statements: Iterable[Statement], evidence: Evidence) -> dict[str, Any]:
    """Number the citations of sentences, and give each source one number on the page."""
    passages = {passage.passage_id: passage for passage in evidence.citable}
    numbers: dict[str, int] = {}
    citations: dict[tuple[str, int, int], dict[str, Any]] = {}
    for statement in statements:
        own = statement.sentence.sentence_id
        for given in statement.sentence.citations:
            passage, quote = passages[given.passage_id], given.quote
            number = numbers.setdefault(passage.source_id, len(numbers) + 1)
            entry = citations.setdefault(
                (given.passage_id, quote.start, quote.end),
                {
                    "n": number,
                    "source": passage.source_id,
                    "supports": [],
                    "selector": {
                        "exact": quote.exact,
                        "prefix": quote.prefix,
                        "suffix": quote.suffix,
                        "start": quote.start,
                        "end": quote.end,
                    },
                    "locator": {"heading": passage.heading, "page": None},
                    "passage": given.passage_id,
                    "live_url": None,
                },
            )
            if own not in entry["supports"]:
                entry["supports"].append(own)
    return {f"c{index}": entry for index, entry in enumerate(citations.values(), 1)}


def source_of(source: Source, retrieved_at: str) -> dict[str, Any]:
    """Describe a source, and the public one behind it."""
    rests_on = source.rests_on
    return {
        "type": str(source.type),
        "title": source.title,
        "publisher": source.publisher,
        "authors": [],
        "published_on": None,
        "updated_on": source.updated_on,
        "retrieved_at": retrieved_at,
        "version": None,
        "ids": dict.fromkeys(("doi", "pmid", "pmcid", "nct", "setid", "cdr")),
        "url": source.url,
        "access": "free",
        "licence": source.licence,
        "text_sha256": source.text_sha256,
        "tier": source.tier,
        "retracted": source.retracted,
        "rests_on": None
        if rests_on is None
        else {
            "title": rests_on.title,
            "publisher": rests_on.publisher,
            "type": str(rests_on.type),
            "dated": rests_on.dated,
        },
    }
