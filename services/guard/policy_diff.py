"""What changes from one policy to another, entry by entry. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["added", "removed", "changed"]
_PLAIN = (str, int, bool, type(None))


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that is new, gone or different; `before` and `after` are as the files say it."""

    kind: Kind
    where: str
    before: Any = None
    after: Any = None

    def shown(self) -> str:
        """Say it on a line or two."""
        if self.kind == "added":
            return f"+ {self.where}: {_brief(self.after)}"
        if self.kind == "removed":
            return f"- {self.where}: {_brief(self.before)}"
        if max(len(_brief(self.before)), len(_brief(self.after))) < 40:
            return f"~ {self.where}: {_brief(self.before)} -> {_brief(self.after)}"
        return f"~ {self.where}\n    - {_brief(self.before)}\n    + {_brief(self.after)}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """List what changes, in the order of the new policy; what is gone comes after it."""
    return tuple(_changes(before, after, ""))


def unversioned(found: tuple[Change, ...]) -> tuple[str, ...]:
    """Name the constants whose words change while their version stays.

    Readers and decisions name a disclaimer by id and version: new words need a new version.
    """
    changed = {c.where for c in found}
    return tuple(
        c.where.removesuffix(".text")
        for c in found
        if c.kind == "changed"
        and c.where.startswith(("disclaimers.", "notices."))
        and c.where.endswith(".text")
        and c.where.removesuffix("text") + "version" not in changed
    )


def _changes(before: Any, after: Any, where: str) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in after:
            place = f"{where}.{key}" if where else str(key)
            if key in before:
                yield from _changes(before[key], after[key], place)
            else:
                yield Change("added", place, after=after[key])
        for key in before:
            if key not in after:
                yield Change("removed", f"{where}.{key}" if where else str(key), before[key])
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_list(before, after, where)
    elif before != after or type(before) is not type(after):
        yield Change("changed", where, before, after)


def _in_list(before: list[Any], after: list[Any], where: str) -> Iterator[Change]:
    """A list changes by what comes and goes; its order matters only when that is all there is."""
    for entry in after:
        if entry not in before:
            yield Change("added", where, after=entry)
    for entry in before:
        if entry not in after:
            yield Change("removed", where, before=entry)
    same = [e for e in before if e in after], [e for e in after if e in before]
    if same[0] != same[1]:
        yield Change("changed", where, "the order or number of its entries", "another")


def _brief(value: Any) -> str:
    """Show a value on one line; of a whole rule or page, the entries that are one word or two."""
    if isinstance(value, _PLAIN):
        return "nothing" if value is None else " ".join(str(value).split())
    if isinstance(value, Mapping):
        plain = {k: v for k, v in value.items() if isinstance(v, _PLAIN)}
        return ", ".join(f"{k} {_brief(v)}" for k, v in plain.items()) or f"{len(value)} entries"
    return "; ".join(map(_brief, value))
