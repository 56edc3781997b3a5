"""What a schema cannot say of an answer document: that its parts belong together. Pure.

Faults name ids and places, never text.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]

_HOLDS_NUMBERS = (float, dict, list, tuple)
_CITED_KINDS = ("clinical", "definition")


def breaks(document: Document) -> Iterator[str]:
    """Yield every way in which a document that fits its schema does not hold together."""
    yield from _numbers(document, "")
    yield from _sentences(document)
    yield from _citations(document)
    yield from _sources(document)
    yield from _offsets(document)
    yield from _glossary(document)
    yield from _account(document)
    if len({section["id"] for section in document["sections"]}) < len(document["sections"]):
        yield "two sections have one id"
    outcome = document["outcome"]
    if outcome and outcome["code"] != document["status_reason"]:
        yield "the outcome's code is not the status's"


def _numbers(value: Any, place: str) -> Iterator[str]:
    """1.0 is an integer to a schema, and not to everybody who computes a hash."""
    if isinstance(value, float):
        yield f"{place} is not an integer"
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, _HOLDS_NUMBERS):
                yield from _numbers(inner, f"{place}/{key}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            if isinstance(inner, _HOLDS_NUMBERS):
                yield from _numbers(inner, f"{place}/{index}")


def _sentences(document: Document) -> Iterator[str]:
    """Every reference names a sentence, and every sentence stands on the page."""
    placed = set(_placed(document))
    reasons = {b for question in document["questions_to_ask"] for b in question["because"]}
    for gone in sorted((placed | reasons) - set(document["sentences"])):
        yield f"{gone} is named and is not there"
    for loose in sorted(set(document["sentences"]) - placed):
        yield f"{loose} is there and stands nowhere"


def _placed(document: Document) -> Iterator[str]:
    yield from document["summary"]["sentences"]
    for section in document["sections"]:
        for block in section["blocks"]:
            yield from _in_block(block)
    for part in (*document["questions_to_ask"], *document["gaps"], *document["glossary"].values()):
        yield part["sentence"]
    yield from (document["care"] or {"text": ()})["text"]
    yield from (document["outcome"] or {"explain": ()})["explain"]


def _in_block(block: Mapping[str, Any]) -> Iterable[str]:
    if block["type"] == "paragraph":
        return tuple(block["sentences"])
    if block["type"] == "list":
        return tuple(s for item in block["items"] for s in item)
    return tuple(s for row in block["rows"] for cell in row for s in cell)


def _citations(document: Document) -> Iterator[str]:
    """Sentences and citations name each other, and what needs a citation has one."""
    citations = document["citations"]
    for sentence_id, sentence in document["sentences"].items():
        if sentence["class"] in _CITED_KINDS and not sentence["citations"]:
            yield f"{sentence_id} is {sentence['class']} and cites nothing"
        for cited in sentence["citations"]:
            if sentence_id not in citations.get(cited, {"supports": ()})["supports"]:
                yield f"{sentence_id} cites {cited}, which does not support it"
    for citation_id, citation in citations.items():
        for supported in citation["supports"]:
            sentence = document["sentences"].get(supported, {"citations": ()})
            if citation_id not in sentence["citations"]:
                yield f"{citation_id} supports {supported}, which does not cite it"


def _sources(document: Document) -> Iterator[str]:
    """Every source is cited, and one number is one source."""
    number_of: dict[str, int] = {}
    for citation_id, citation in document["citations"].items():
        source = citation["source"]
        if source not in document["sources"]:
            yield f"{citation_id} is of {source}, which is not there"
        if number_of.setdefault(source, citation["n"]) != citation["n"]:
            yield f"{source} has two numbers"
    if len(set(number_of.values())) < len(number_of):
        yield "two sources have one number"
    for loose in sorted(set(document["sources"]) - set(number_of)):
        yield f"{loose} is there and nobody cites it"


def _offsets(document: Document) -> Iterator[str]:
    """Every span lies inside its text."""
    for sentence_id, sentence in document["sentences"].items():
        length = len(sentence["text"])
        for span in (*sentence["terms"], *sentence["spans"]):
            if not span["start"] < span["end"] <= length:
                yield f"{sentence_id} has a span outside its text"
        for term in sentence["terms"]:
            if term["term"] not in document["glossary"]:
                yield f"{sentence_id} has {term['term']}, which is not there"
    for citation_id, citation in document["citations"].items():
        selector = citation["selector"]
        if selector["end"] - selector["start"] != len(selector["exact"]):
            yield f"{citation_id} is not as long as its quote"


def _glossary(document: Document) -> Iterator[str]:
    """Every word is explained by a definition and marked once, and no mark lies in another."""
    marks = [mark["term"] for s in document["sentences"].values() for mark in s["terms"]]
    for term_id, word in document["glossary"].items():
        if marks.count(term_id) != 1:
            yield f"{term_id} is marked {marks.count(term_id)} times"
        kind = document["sentences"].get(word["sentence"], {"class": "definition"})["class"]
        if kind != "definition":
            yield f"{term_id} is explained by {word['sentence']}, which is {kind}"
    for sentence_id, sentence in document["sentences"].items():
        ordered = sorted(sentence["terms"], key=lambda mark: int(mark["start"]))
        for one, other in itertools.pairwise(ordered):
            if other["start"] < one["end"]:
                yield f"{sentence_id} has one mark in another"


def _account(document: Document) -> Iterator[str]:
    """The guard's own account agrees with the page."""
    guard, sentences = document["guard"], document["sentences"]
    coverage = guard["coverage"]
    if not coverage["clinical"] >= coverage["cited"] >= coverage["resolved"]:
        yield "the coverage counts more cited than clinical sentences"
    if document["status"] != "published":
        return
    for edit in guard["edits"]:
        if edit["action"] == "drop" and edit["sentence"] in sentences:
            yield f"{edit['sentence']} was dropped and is there"
    needing = sum(s["class"] in _CITED_KINDS for s in sentences.values())
    if coverage["clinical"] != needing or coverage["cited"] != needing:
        yield "the coverage is not that of the page"
    if bool(guard["edits"]) is not (guard["verdict"] == "pass_with_edits"):
        yield "the verdict is not that of the edits"
