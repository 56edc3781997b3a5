"""Draw shares with their intervals, as SVG."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks import plots
from benchmarks.measuring import Estimate
from evaluation.guard.figures import Figure
from evaluation.guard.floors import Floor

_DRAWN = (
    ("advice", "Advice stopped, by class", "advice.recall."),
    ("attacks", "Attacks stopped, by class", "attacks.recall."),
    ("support", "Changed citations caught, by kind", "support.mutants."),
    ("questions", "Questions treated as expected", "questions."),
)


def drawn(figures: Sequence[Figure], floors: Mapping[str, Floor]) -> Iterator[tuple[str, str, str]]:
    """Yield name, caption and SVG of each picture that there are figures for."""
    for name, caption, prefix in _DRAWN:
        mine = [f for f in figures if f.key.startswith(prefix) and not f.less_is_better]
        if mine:
            held = {f.floor for f in (floors.get(one.key) for one in mine) if f}
            shares = {
                f.key.removeprefix(prefix): Estimate(100 * f.value, 100 * f.low, 100 * f.high)
                for f in mine
            }
            floor = 100 * held.pop() if len(held) == 1 and None not in held else None  # type: ignore[operator]
            yield name, caption, plots.intervals(shares, unit="%", floor=floor)
