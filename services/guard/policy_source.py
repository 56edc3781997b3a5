"""A policy's YAML with its line numbers, so that every fault can say where it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with a policy, and where: `where` names the entry, as in rules.advice.dose."""

    line: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"line {self.line}: {place}{self.message}"


class Unreadable(Exception):
    """Content that is not YAML."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def has_anchors(content: bytes) -> bool:
    """Tell whether YAML refers to its own parts, without building any of it."""
    try:
        return any(isinstance(token, yaml.AnchorToken) for token in yaml.scan(content))
    except yaml.YAMLError:
        return False  # which `Source` says better


Place = Sequence[str | int]


class Source:
    """What a file says, and on which line it says it. Raises Unreadable."""

    def __init__(self, content: bytes) -> None:
        try:
            loader = yaml.SafeLoader(content)
            self._root = loader.get_single_node()
            self.value: Any = None if self._root is None else loader.construct_document(self._root)
        except yaml.YAMLError as error:
            raise Unreadable(_fault_of(error)) from error
        except (ValueError, RecursionError) as error:  # a date that no calendar has, or [[[[[[…
            raise Unreadable(Fault(1, "", f"not YAML: {type(error).__name__}")) from error

    def line_of(self, place: Place) -> int:
        """Return the line of an entry, or of the nearest entry around it that is there."""
        node, line = self._root, 1
        for step in place:
            found = _inside(node, step)
            if found is None:
                break
            line, node = found
        return line

    def fault(self, place: Place, message: str) -> Fault:
        """Make a fault at a place."""
        return Fault(self.line_of(place), ".".join(map(str, place)), message)

    def doubled(self) -> Iterator[Fault]:
        """Find keys that occur twice in one mapping: YAML silently keeps the last of them."""
        yield from _doubled(self._root, ())


def _inside(node: Any, step: str | int) -> tuple[int, Any] | None:
    """Find an entry of a node: its line, and its value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        value = node.value[step]
        return value.start_mark.line + 1, value
    return None


def _doubled(node: Any, place: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            here, line = (*place, str(key.value)), key.start_mark.line + 1
            if first := seen.get(str(key.value)):
                message = f"stands twice; the first is on line {first}"
                yield Fault(line, ".".join(map(str, here)), message)
            seen[str(key.value)] = line
            yield from _doubled(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _doubled(value, (*place, index))


def _fault_of(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    return Fault(mark.line + 1 if mark else 1, "", f"not YAML: {' '.join(str(problem).split())}")
