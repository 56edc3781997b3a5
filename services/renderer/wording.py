"""The renderer's own words for the codes of a document. Pure."""

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
