"""Find what identifies a person in a text: names, contacts, numbers of records, full dates. Pure.

The text is read in its plain form, so that invisible or full-width characters hide nothing; spans
are in the text as it was given. Router and guard find by these rules and no others: what the one
takes out of a question, the other lets into no answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from caveat.identifiers import names, numbers
from caveat.plain import plain

# What was found is painted over with a character that no pattern knows, so that nothing is found
# inside of it again.
_PAINT = "\u2588"


class Kind(StrEnum):
    """What an identifier is."""

    EMAIL = "email"
    WEB = "web address"
    CARD = "card number"
    ACCOUNT = "account number"
    SSN = "social security number"
    RECORD = "record number"
    PHONE = "phone number"
    DATE = "date"
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """Where a text identifies somebody; offsets are code points, `end` is exclusive."""

    start: int
    end: int
    kind: Kind


def find(text: str) -> tuple[Identifier, ...]:
    """Return every identifier of a text, in its order and without overlap."""
    seen = plain(text)
    found = [
        Identifier(*seen.span(start, end), Kind(kind)) for kind, start, end in _spans(seen.text)
    ]
    return tuple(sorted(found))


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    small, digits = text.lower(), len(numbers.DIGIT.findall(text))
    for shape in numbers.SHAPES:
        if not shape.may_be_in(small, digits):
            continue
        for match in shape.pattern.finditer(text):
            start, end = match.span("it" if match.groupdict().get("it") else 0)
            yield shape.kind, start, end
            text = _painted(text, start, end)
    yield from (("name", start, end) for start, end in names.find(text))


def _painted(text: str, start: int, end: int) -> str:
    return text[:start] + _PAINT * (end - start) + text[end:]


__all__ = ["Identifier", "Kind", "find"]
