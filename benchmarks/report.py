"""What a benchmark comes to, in one form for all: figures, and what else a reader needs. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.measuring import Estimate


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, what it is held to, and the baseline of the same run beside it."""

    what: str
    estimate: Estimate
    unit: str
    baseline: str = ""
    floor: float | None = None
    aim: float | None = None
    more_is_better: bool = False

    @property
    def holds(self) -> bool | None:
        """Tell whether the floor is reached; None without one."""
        if self.floor is None:
            return None
        value = self.estimate.value
        return value >= self.floor if self.more_is_better else value <= self.floor

    @property
    def told(self) -> str:
        """Write the figure with its interval."""
        found = self.estimate
        value = f"{number(found.value)} {self.unit}"
        if found.low == found.high:
            return value
        return f"{value} ({number(found.low)} to {number(found.high)})"

    @property
    def bound(self) -> str:
        """Write the floor, the aim and whether the floor holds."""
        if self.floor is None:
            return "-"
        aim = f", aim {self.aim:,g}" if self.aim is not None else ""
        mark = "reached" if self.holds else "**missed**"
        return f"{self.floor:,g} {self.unit}{aim}: {mark}"

    def plain(self) -> dict[str, Any]:
        """Return it for JSON."""
        found = self.estimate
        return {
            "what": self.what, "value": round(found.value, 4), "low": round(found.low, 4),
            "high": round(found.high, 4), "unit": self.unit, "baseline": self.baseline,
            "floor": self.floor, "aim": self.aim, "more_is_better": self.more_is_better,
            "holds": self.holds,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that no floor is set for."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one benchmark found."""

    name: str
    title: str
    about: str
    figures: Sequence[Figure]
    tables: Sequence[Table] = ()
    notes: Sequence[str] = ()
    plots: Mapping[str, str] = field(default_factory=dict)  # what they show, and their SVG
    raw: Mapping[str, Any] = field(default_factory=dict)
    disturbed: bool = False  # others used so much of the machine that times say little

    def plain(self, stamp: Mapping[str, Any]) -> dict[str, Any]:
        """Return it for JSON, without the pictures."""
        return {
            "name": self.name, "title": self.title, **stamp,
            "figures": [figure.plain() for figure in self.figures],
            "disturbed": self.disturbed, "notes": list(self.notes), "raw": self.raw,
        }  # fmt: skip

    def markdown(self, stamp: Mapping[str, Any]) -> str:
        """Write it for people."""
        parts = [
            f"# {self.title}",
            self.about,
            table(
                ("what", "measured", "floor", "baseline of the same run"),
                ((f.what, f.told, f.bound, f.baseline or "-") for f in self.figures),
            ),
            *(
                f"![{caption}]({plot_file(self.name, index)})"
                for index, caption in enumerate(self.plots, 1)
            ),
            *(f"## {one.title}\n\n{table(one.head, one.rows)}" for one in self.tables),
            *self.notes,
            f"{stamped(stamp)} Medians; in brackets their 95 % interval by order statistics.",
        ]
        return "\n\n".join(parts) + "\n"


def plot_file(name: str, index: int) -> str:
    """Name the file of a report's plot."""
    return f"{name}.svg" if index == 1 else f"{name}-{index}.svg"


def stamped(stamp: Mapping[str, Any]) -> str:
    """Say when, by what and on what something was measured."""
    told = f"`make bench B={stamp['name']}` at {stamp['measured_at']}, commit {stamp['commit']}"
    told += f", in {stamp['seconds']} s: {stamp['cores']} cores, {stamp['memory_gb']} GB of memory"
    told += f", {stamp['system']}, Python {stamp['python']}; load {stamp['load']} before"
    return f"{told} and {stamp['load_after']} after."


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def overview(reports: Iterable[Mapping[str, Any]]) -> str:
    """Write the newest figures of all reports, those with a floor first named, as one table."""
    return table(
        ("benchmark", "what", "measured", "floor", "baseline of the same run"),
        (row for report in reports for row in _rows(report)),
    )


def _rows(report: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    link = f"[{report['name']}](reports/{report['name']}.md)"
    for plain in report["figures"]:
        figure = figure_of(plain)
        if figure.floor is not None:
            told = f"{figure.told}{' (disturbed)' if report['disturbed'] else ''}"
            yield link, figure.what, told, figure.bound, figure.baseline or "-"


def figure_of(plain: Mapping[str, Any]) -> Figure:
    """Read a figure out of a report's JSON."""
    return Figure(
        what=plain["what"],
        estimate=Estimate(plain["value"], plain["low"], plain["high"]),
        unit=plain["unit"],
        baseline=plain["baseline"],
        floor=plain["floor"],
        aim=plain["aim"],
        more_is_better=plain["more_is_better"],
    )


def number(value: float) -> str:
    """Write a number with three digits that say something."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"
