"""What differs between two decisions: their judgement, without what differs in any two. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OWN = frozenset(
    {
        "decision_number", "decision_id", "answer_id", "decided_at", "trace_id", "signature",
        "document_sha256", "draft_digest", "families",
    }
)  # fmt: skip
"""What every decision has of its own, or measures anew."""

_NAMED_BY: Mapping[str, tuple[str, ...]] = {
    "checks": ("id",),
    "findings": ("rule_id", "sentence"),
    "citations": ("sentence", "passage"),
    "disclaimers": ("id",),
    "edits": ("sentence", "check"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that is not the same; None where it is absent."""

    path: str
    first: Any
    second: Any


def differences(
    first: Mapping[str, Any], second: Mapping[str, Any], *, everything: bool = False
) -> tuple[Difference, ...]:
    """List what differs, in the order of the first; entries of lists by their names."""
    skipped = frozenset[str]() if everything else OWN
    one, other = (dict(flat(value, skipped=skipped, named=True)) for value in (first, second))
    return tuple(
        Difference(path, one.get(path), other.get(path))
        for path in {**one, **other}
        if one.get(path) != other.get(path)
    )


def flat(
    value: Any, path: str = "", *, skipped: frozenset[str] = frozenset(), named: bool = False
) -> Iterator[tuple[str, Any]]:
    """List the leaves of a JSON value with the paths to them; empty branches are leaves too.

    With `named`, entries of the lists that we know go by their names, so that one that comes or
    goes does not make all that follow it look different.
    """
    children: list[tuple[str, Any]] = []
    if isinstance(value, Mapping):
        kept = ((name, one) for name, one in value.items() if name not in skipped)
        children = [(f"{path}.{name}" if path else name, one) for name, one in kept]
    elif isinstance(value, list):
        names = _names(path, value) if named else [str(index) for index in range(len(value))]
        children = [(f"{path}[{name}]", one) for name, one in zip(names, value, strict=True)]
    if not children:
        yield path, value
    for name, one in children:
        yield from flat(one, name, skipped=skipped, named=named)


def _names(path: str, entries: list[Any]) -> list[str]:
    """Name the entries of a list: by what they are about, and by number where that repeats."""
    keys = _NAMED_BY.get(path.rpartition(".")[2], ())
    names, seen = list[str](), dict[str, int]()
    for index, entry in enumerate(entries):
        known = keys and isinstance(entry, Mapping)
        name = " ".join(str(entry.get(key) or "-") for key in keys) if known else str(index)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names
