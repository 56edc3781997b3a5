"""The renderer's own words for the codes of a document. Pure constants and two small readings."""

import re
from datetime import date

from services.renderer.page import Day

UNKNOWN_DATE = Day("date unknown")

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

_LEVELS = {
    "emergency": "Get help now",
    "urgent": "Get help today",
    "non_urgent": "Where to get help",
}

# By the family of the rule: what is before the dot of its id.
_REASONS = {
    "advice": "it read as advice to one person",
    "citation": "its source did not carry it",
    "claim": "its source cannot show that something is available",
    "disclosure": "it hid who wrote it",
    "privacy": "it could identify a person",
    "safety": "it was not safe to show",
    "scope": "it was outside what we cover",
    "injection": "it held something other than plain sentences",
    "language": "it was in a language that we cannot check",
    "form": "it was not written clearly",
}
# What became of the model that should have written a page.
_FALLBACKS = {
    "unreachable": "could not be reached",
    "timeout": "did not answer in time",
    "refused": "declined to write it",
    "unusable": "gave nothing that could be used",
}
_OTHER_FALLBACK = "could not write it"

_OTHER_REASON = "it broke a rule of the policy"

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PARTIAL = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?")


def kind_of_source(code: str) -> str:
    """Name a type of source; a code that is new to us is shown as it is."""
    return _KINDS.get(code, code.replace("_", " "))


def care_level(code: str) -> str:
    """Name a level of care; one that is new to us counts as the gravest."""
    return _LEVELS.get(code, _LEVELS["emergency"])


def reason_of_edit(rule_id: str) -> str:
    """Say why a rule changed a sentence."""
    return _REASONS.get(rule_id.partition(".")[0], _OTHER_REASON)


def fallback(composer: str, reason: str) -> str:
    """Say that another composer stepped in, and why."""
    became = _FALLBACKS.get(reason, _OTHER_FALLBACK)
    return (
        f"A language model ({composer}) was to write this page and {became}."
        " It was put together from sentences of the sources instead."
    )


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
