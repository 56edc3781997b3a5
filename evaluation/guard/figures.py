"""What is measured: shares with their intervals, and tables of counts. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054  # 95 % of a normal distribution lie within so many deviations


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a share; all of 0 to 1 when nothing was counted."""
    if not 0 <= hits <= of:
        raise ValueError("a share counts some of all")
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    middle = share + square / (2 * of)
    reach = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    whole = 1 + square / of
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `key` names it in floors.json; `low` and `high` are its interval."""

    key: str
    what: str
    value: float
    low: float
    high: float
    hits: int = 0
    of: int = 0
    less_is_better: bool = False

    @property
    def told(self) -> str:
        """Write it for people."""
        if not self.of:
            return f"{self.value:.3f}"
        share = f"{100 * self.value:.1f} % ({self.hits} of {self.of})"
        return f"{share}, {100 * self.low:.1f} to {100 * self.high:.1f}"


def share(key: str, what: str, hits: int, of: int, *, less_is_better: bool = False) -> Figure:
    """Make a figure of a share; of nothing counted, the worst that can be."""
    low, high = wilson(hits, of)
    worst = 1.0 if less_is_better else 0.0
    return Figure(key, what, hits / of if of else worst, low, high, hits, of, less_is_better)


def measured(key: str, what: str, value: float) -> Figure:
    """Make a figure that is no share."""
    return Figure(key, what, value, value, value)


@dataclass(frozen=True, slots=True)
class Table:
    """Counts that are told beside the figures."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report. `missing` says what could not be measured, and why."""

    title: str
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    crashed: int = 0


def percent(hits: int, of: int) -> str:
    """Write a share of counted things."""
    return f"{100 * hits / of:.1f} %" if of else "-"


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean of both."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def crossed(title: str, corner: str, pairs: Sequence[tuple[str, str]]) -> Table:
    """Count pairs in a table: the first of each down the side, the second across."""
    across = tuple(sorted({second for _, second in pairs}))
    down = tuple(sorted({first for first, _ in pairs}))
    body = (
        (first, *(str(pairs.count((first, second)) or "") for second in across)) for first in down
    )
    return Table(title, (corner, *across), tuple(body))
