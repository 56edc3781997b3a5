"""Draw small plots as SVG that read well on light and on dark pages.

Text and axes are grey, which both show; nothing is drawn behind them.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

from benchmarks.measuring import Estimate

INK = "#808080"
COLOURS = ("#3b82c4", "#e08a2c", "#4fa36b", "#b06ab3", "#c9504f", "#7f8c3a", "#4aa3a8", "#9a6b4f")
FLOOR = "#c9504f"
_STYLE = {
    "svg.fonttype": "none",  # text stays text, and the file small
    "svg.hashsalt": "caveat",  # the same figures draw the same file
    "font.size": 9,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK,
    "xtick.color": INK, "ytick.color": INK,
    "axes.spines.top": False, "axes.spines.right": False,
    "legend.frameon": False, "figure.constrained_layout.use": True,
}  # fmt: skip

Parts = Mapping[str, float]


@contextmanager
def _drawing(height: float) -> Iterator[tuple[Any, Any, list[str]]]:
    """Give axes to draw on, and a list that gets the SVG when the block ends."""
    drawn: list[str] = []
    with mpl.rc_context(_STYLE):
        figure, axes = plt.subplots(figsize=(7, height))
        try:
            yield figure, axes, drawn
            out = io.StringIO()
            figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
            drawn.append("\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n")
        finally:
            plt.close(figure)


def stacked(
    rows: Mapping[str, Parts], *, unit: str, floor: float | None = None, aim: float | None = None
) -> str:
    """Draw one horizontal bar a row, made of its parts, with the floor and the aim across."""
    names = list(dict.fromkeys(part for parts in rows.values() for part in parts))
    with _drawing(1.3 + 0.42 * len(rows) + 0.12 * len(names)) as (figure, axes, drawn):
        left = dict.fromkeys(rows, 0.0)
        for index, name in enumerate(names):
            widths = [parts.get(name, 0.0) for parts in rows.values()]
            axes.barh(
                list(rows), widths, left=list(left.values()), label=name, height=0.6,
                color=COLOURS[index % len(COLOURS)], hatch="" if index < len(COLOURS) else "///",
            )  # fmt: skip
            left = {row: left[row] + parts.get(name, 0.0) for row, parts in rows.items()}
        axes.invert_yaxis()
        _bounds(axes.axvline, floor, aim, unit)
        axes.set_xlabel(unit)
        figure.legend(loc="outside lower center", ncols=4, fontsize=7)
    return drawn[0]


def bars(values: Parts, *, unit: str, floor: float | None = None, aim: float | None = None) -> str:
    """Draw one horizontal bar a value."""
    with _drawing(1.0 + 0.34 * len(values)) as (_, axes, drawn):
        axes.barh(list(values), list(values.values()), color=COLOURS[0], height=0.6)
        axes.invert_yaxis()
        _bounds(axes.axvline, floor, aim, unit)
        axes.set_xlabel(unit)
        if floor is not None:
            axes.legend(fontsize=7)
    return drawn[0]


def intervals(values: Mapping[str, Estimate], *, unit: str, floor: float | None = None) -> str:
    """Draw one point a value on its interval."""
    with _drawing(1.0 + 0.26 * len(values)) as (_, axes, drawn):
        names = list(values)
        middle = [one.value for one in values.values()]
        below = [max(one.value - one.low, 0.0) for one in values.values()]
        above = [max(one.high - one.value, 0.0) for one in values.values()]
        axes.errorbar(middle, names, xerr=(below, above), fmt="o", color=COLOURS[0], capsize=3)
        axes.invert_yaxis()
        _bounds(axes.axvline, floor, None, unit)
        axes.set_xlabel(unit)
        if floor is not None:
            axes.legend(fontsize=7)
    return drawn[0]


def distribution(
    series: Mapping[str, Sequence[float]], *, unit: str, floor: float | None = None,
    aim: float | None = None, counted: str = "questions answered",
) -> str:  # fmt: skip
    """Draw which share of the values lies below each, one line a series."""
    with _drawing(2.8) as (_, axes, drawn):
        for index, (name, values) in enumerate(series.items()):
            ordered = sorted(values)
            shares = [100 * (rank + 1) / len(ordered) for rank in range(len(ordered))]
            axes.step(ordered, shares, where="post", label=name, color=COLOURS[index])
        _bounds(axes.axvline, floor, aim, unit)
        axes.set_xlabel(unit)
        axes.set_ylabel(f"% of {counted}")
        axes.set_xlim(left=0)
        axes.legend(fontsize=7)
    return drawn[0]


def curve(
    lines: Mapping[str, Sequence[tuple[float, float]]], *, across: str, unit: str, floor: float,
    floor_across: float,
) -> str:  # fmt: skip
    """Draw lines of a figure over another one, with a floor on either axis."""
    with _drawing(2.8) as (_, axes, drawn):
        for index, (name, points) in enumerate(lines.items()):
            axes.plot(*zip(*points, strict=True), marker="o", label=name, color=COLOURS[index])
        _bounds(axes.axhline, floor, None, unit)
        _bounds(axes.axvline, floor_across, None, across)
        axes.set_xlabel(across)
        axes.set_ylabel(unit)
        axes.set_yscale("log")
        axes.legend(fontsize=7)
    return drawn[0]


def _bounds(line: Any, floor: float | None, aim: float | None, unit: str) -> None:
    if floor is not None:
        line(floor, color=FLOOR, linestyle="--", linewidth=1, label=f"floor {floor:g} {unit}")
    if aim is not None:
        line(aim, color=COLOURS[2], linestyle=":", linewidth=1, label=f"aim {aim:g} {unit}")
