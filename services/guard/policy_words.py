"""Say in words of ours what pydantic finds wrong with an entry of a policy. Pure."""

from collections.abc import Mapping
from typing import Any

_FIXED: Mapping[str, str] = {
    "extra_forbidden": "no such entry is known",
    "missing": "is missing",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "dict_type": "must be a list of names with values",
    "model_type": "must be a list of names with values",
    "tuple_type": "must be a list",
    "frozen_set_type": "must be a list",
    "pattern_type": "must be a regular expression",
    "pattern_regex": "is not a regular expression",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "is not written as it must be",
    "none_required": "must be empty",
}


def words_of(fault: Mapping[str, Any]) -> str:
    """Say one fault; of a kind that has no words here, pydantic's own."""
    kind, context = str(fault["type"]), fault.get("ctx") or {}
    if kind in _FIXED:
        return _FIXED[kind] + _pattern(kind, context)
    if kind in ("enum", "literal_error"):
        allowed = str(context.get("expected", "")).replace("'", "")
        return f"must be {allowed}"
    if kind == "greater_than_equal":
        return f"must be {context['ge']} or more"
    if kind == "less_than_equal":
        return f"must be {context['le']} or less"
    if kind == "too_short":
        return f"must have at least {context['min_length']} in it"
    return str(fault["msg"])


def _pattern(kind: str, context: Mapping[str, Any]) -> str:
    """Show the pattern that a name or number must have; that of any text only says: not blank."""
    pattern = context.get("pattern", "")
    if kind != "string_pattern_mismatch" or not pattern:
        return ""
    return ": it is blank" if pattern == r"\S" else f": {pattern}"
