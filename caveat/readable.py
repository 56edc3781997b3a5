"""Show values of signed documents to people: dates, kinds of sources, texts, addresses. Pure.

Text is made safe for any one line here, once: control characters and line breaks become spaces,
and the characters that reorder what surrounds them are left out.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

_KINDS = {
    "guideline": "guideline",
    "label": "medicine label",
    "demonstration_note": "demonstration note",
    "systematic_review": "systematic review",
    "trial_report": "trial report",
    "trial_registry": "trial registry",
    "patient_summary": "patient summary",
    "review": "review article",
    "regulator_page": "regulator's page",
    "patient_record": "patient record",
    "news_report": "news report",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PARTIAL = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?")
_REORDERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BREAKING = frozenset({"Cc", "Zl", "Zp", "Cs"})
_URL = re.compile(r"https?://[^\s<>\"'`\\{}|^\[\]]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as people read it; `iso` is empty when a machine could not read it."""

    shown: str
    iso: str = ""


UNKNOWN_DATE = Day("date unknown")


def kind_of_source(code: str) -> str:
    """Name a type of source; a code that is new to us is shown as it is."""
    return _KINDS.get(code, code.replace("_", " "))


def day(text: str | None) -> Day:
    """Write a date with its month in full; a month or year alone stays one."""
    # "unknown (2018 in the address)": the guess in brackets is for who keeps the notes.
    if not text or text.startswith("unknown"):
        return UNKNOWN_DATE
    if partial := _PARTIAL.fullmatch(text):
        year, month = partial.groups()
        return Day(f"{_MONTHS[int(month) - 1]} {year}" if month else year, text)
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return Day(text)  # as it was seen, for example "spring 2022"
    return Day(f"{found.day} {_MONTHS[found.month - 1]} {found.year}", found.isoformat())


def plain(text: str) -> str:
    """Keep a text on its line and in its order."""
    kept = text.translate(_REORDERING)
    if kept.isprintable():
        return kept
    return "".join(" " if unicodedata.category(c) in _BREAKING else c for c in kept)


def safe_url(address: str) -> str:
    """Return a web address that may become a link, or nothing."""
    if not _URL.fullmatch(address) or plain(address) != address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""  # an address that cannot be taken apart is shown to nobody
    # A user name before the host serves only to make one host look like another.
    return address if parts.hostname and "@" not in parts.netloc else ""
