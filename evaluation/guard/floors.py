"""What each figure must reach, and what it reached when it was last recorded: floors.json. Pure.

An entry holds the design's `floor` and `aim` (null where it sets none), what they bound (`value`,
or `low`, the lower end of the interval), the `slack` by which a figure may fall below `recorded`
before a run fails, and which data sets it `needs`, if any.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaluation.guard.figures import Figure

PATH = Path(__file__).resolve().parent / "floors.json"


@dataclass(frozen=True, slots=True)
class Floor:
    """What one figure is held to."""

    key: str
    floor: float | None = None
    aim: float | None = None
    bounds: str = "value"
    slack: float = 0.0
    recorded: float | None = None
    needs: str = ""

    def bounded(self, figure: Figure) -> float:
        """Return the number of a figure that the floor is about."""
        return figure.low if self.bounds == "low" else figure.value

    def holds(self, figure: Figure) -> bool | None:
        """Tell whether the design's floor is reached; None without one."""
        return None if self.floor is None else _reaches(figure, self.bounded(figure), self.floor)

    def fell(self, figure: Figure) -> bool:
        """Tell whether a figure is worse than what was recorded, by more than the slack."""
        if self.recorded is None:
            return False
        slack = self.slack + _ROUNDED
        bound = self.recorded + (slack if figure.less_is_better else -slack)
        return not _reaches(figure, figure.value, bound)


_EXACT = 1e-9  # sums of binary fractions miss a decimal bound by less
_DIGITS = 4  # of what is recorded
_ROUNDED = 0.5 * 10**-_DIGITS


def _reaches(figure: Figure, value: float, bound: float) -> bool:
    if figure.less_is_better:
        return value <= bound + _EXACT
    return value >= bound - _EXACT


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a run comes to beside the floors: sentences for people, by what they mean."""

    missed: tuple[str, ...]  # floors of the design
    fallen: tuple[str, ...]  # below what was recorded
    unmeasured: tuple[str, ...]  # recorded, and not measured in this run


def compare(
    figures: Iterable[Figure], floors: Mapping[str, Floor], absent: frozenset[str] = frozenset()
) -> Comparison:
    """Hold figures to their floors. What needs an absent data set is not called unmeasured."""
    by_key = {figure.key: figure for figure in figures}
    pairs = [(by_key[key], floor) for key, floor in floors.items() if key in by_key]
    return Comparison(
        missed=tuple(_missed(f, floor) for f, floor in pairs if floor.holds(f) is False),
        fallen=tuple(_fallen(f, floor) for f, floor in pairs if floor.fell(f)),
        unmeasured=tuple(
            key
            for key, floor in floors.items()
            if floor.recorded is not None
            and key not in by_key
            and absent.isdisjoint(floor.needs.split())
        ),
    )


def _missed(figure: Figure, floor: Floor) -> str:
    bounded = "the lower end of its interval" if floor.bounds == "low" else "it"
    side = "at most" if figure.less_is_better else "at least"
    return f"{figure.what}: {figure.told}; {bounded} should be {side} {floor.floor:g}"


def _fallen(figure: Figure, floor: Floor) -> str:
    return (
        f"{figure.what}: {figure.value:.4f}, and {floor.recorded:.4f} was recorded "
        f"(slack {floor.slack:g})"
    )


def read(path: Path = PATH) -> Mapping[str, Floor]:
    """Read the floors, by key."""
    written: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {key: Floor(key, **entry) for key, entry in written.items()}


def record(figures: Iterable[Figure], floors: Mapping[str, Floor]) -> Mapping[str, Floor]:
    """Return the floors with what the figures reached; the others keep what they had."""
    reached = {figure.key: figure.value for figure in figures}
    return {
        key: replace(floor, recorded=round(reached[key], _DIGITS)) if key in reached else floor
        for key, floor in floors.items()
    }


def write(floors: Mapping[str, Floor], path: Path = PATH) -> None:
    """Write the floors, one a line."""
    lines = ",\n".join(f"  {json.dumps(key)}: {_entry(floor)}" for key, floor in floors.items())
    path.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def _entry(floor: Floor) -> str:
    return json.dumps(dict(_fields(floor)))


def _fields(floor: Floor) -> Iterator[tuple[str, Any]]:
    yield from (("floor", floor.floor), ("aim", floor.aim))
    if floor.bounds != "value":
        yield "bounds", floor.bounds
    yield from (("slack", floor.slack), ("recorded", floor.recorded))
    if floor.needs:
        yield "needs", floor.needs
