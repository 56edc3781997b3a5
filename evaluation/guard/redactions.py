"""Find what was taken out of a question by comparing it with what is left. Pure."""

import re

from evaluation.guard.parts import Span

KIND_OF = {
    "name": "PERSON",
    "email": "EMAIL",
    "phone number": "PHONE",
    "social security number": "SSN",
    "card number": "CARD",
    "record number": "RECORD",
    "account number": "RECORD",  # the labels know one kind for both
    "date": "DATE",
    "web address": "URL",
    "address": "ADDRESS",
}
OTHER = "OTHER"  # a placeholder that is new here

_PLACEHOLDER = re.compile(r"\[([a-z][a-z -]{1,40})\]")
# What each kind can stand for, so that "Ann Lee 0151 ..." is cut between the name and the number.
_SHAPE = {
    "PERSON": r"[^\d@]{1,80}?",
    "EMAIL": r"\S{0,80}?@\S{1,80}?",
    "URL": r"\S{1,200}?",
    "PHONE": r"[+(\d].{0,30}?",
}
_ANY = r".{1,120}?"


def redacted_spans(text: str, cleaned: str) -> tuple[Span, ...]:
    """Return the places of a text that placeholders stand for; without any that fit, all of it."""
    parts = _PLACEHOLDER.split(cleaned)
    literals, kinds = parts[::2], [KIND_OF.get(name, OTHER) for name in parts[1::2]]
    pattern = re.escape(literals[0])
    for kind, literal in zip(kinds, literals[1:], strict=True):
        pattern += f"({_SHAPE.get(kind, _ANY)}){re.escape(literal)}"
    match = re.fullmatch(pattern, text, re.DOTALL)
    if match is None:
        return (Span(0, len(text), OTHER),)
    return tuple(Span(*match.span(n), kind) for n, kind in enumerate(kinds, 1))
