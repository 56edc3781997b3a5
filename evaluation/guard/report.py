"""Write what was measured for people and for programs. Pure: it knows counts and names only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.report import table
from evaluation.guard.figures import Figure, Section
from evaluation.guard.floors import Comparison, Floor

COMPARABLE = """\
No published guard is comparable: none that we know reports recall and false stops of “no individual
medical advice” sentence by sentence, and what is published for general safety classifiers was
measured on other labels, on whole prompts or replies. MedSafetyBench and SimpleSafetyTests were
made to try language models that answer, not guards that screen; their published figures are no
bound for these. Where a data set is used here, its own labels are used as they are."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run: what was measured on which part, of which policy."""

    part: str
    policy: str
    sections: Sequence[Section]
    comparison: Comparison
    floors: Mapping[str, Floor]
    plots: Sequence[tuple[str, str]] = ()  # caption and file

    @property
    def figures(self) -> Sequence[Figure]:
        """Every figure of every section."""
        return [figure for section in self.sections for figure in section.figures]

    @property
    def missing(self) -> Sequence[str]:
        """What could not be measured."""
        return [told for section in self.sections for told in section.missing]

    @property
    def crashed(self) -> int:
        """How many lines a check raised on."""
        return sum(section.crashed for section in self.sections)

    def plain(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "part": self.part,
            "policy": self.policy,
            "figures": {
                f.key: {"what": f.what, "value": round(f.value, 4), "low": round(f.low, 4),
                        "high": round(f.high, 4), "hits": f.hits, "of": f.of,
                        "floor": self._floor(f).floor, "aim": self._floor(f).aim,
                        "holds": self._floor(f).holds(f), "recorded": self._floor(f).recorded}
                for f in self.figures
            },
            "missed": list(self.comparison.missed),
            "fallen": list(self.comparison.fallen),
            "unmeasured": list(self.comparison.unmeasured),
            "missing": list(self.missing),
            "crashed": self.crashed,
        }  # fmt: skip

    def markdown(self) -> str:
        """Write it for people."""
        return "\n\n".join(self._parts()) + "\n"

    def _parts(self) -> Iterator[str]:
        yield f"# The guard on the {self.part} part"
        yield (
            f"Policy {self.policy}. Shares stand with what they count and their Wilson 95 % "
            "interval. Written by `make evaluate-guard`; it holds counts only."
        )
        yield from _listed("Below what was recorded", self.comparison.fallen)
        yield from _listed("Recorded, and not measured now", self.comparison.unmeasured)
        yield from _listed("Floors of the design that are missed", self.comparison.missed)
        yield from _listed("Not measured", self.missing)
        if self.crashed:
            yield f"**A check raised on {self.crashed} lines.**"
        yield from (f"![{caption}]({file})" for caption, file in self.plots)
        for section in self.sections:
            yield from self._section(section)
        yield f"## Beside others\n\n{COMPARABLE}"

    def _section(self, section: Section) -> Iterator[str]:
        if not (section.figures or section.tables):
            return
        yield f"## {section.title}"
        if section.figures:
            yield table(("what", "measured", "floor"), map(self._row, section.figures))
        yield from section.notes
        for one in section.tables:
            yield f"### {one.title}\n\n{table(one.head, one.rows)}"

    def _row(self, figure: Figure) -> tuple[str, str, str]:
        floor = self._floor(figure)
        if floor.floor is None:
            return figure.what, figure.told, "-"
        aim = f", aim {floor.aim:g}" if floor.aim is not None else ""
        of = " (lower end)" if floor.bounds == "low" else ""
        mark = "reached" if floor.holds(figure) else "**missed**"
        return figure.what, figure.told, f"{floor.floor:g}{of}{aim}: {mark}"

    def _floor(self, figure: Figure) -> Floor:
        return self.floors.get(figure.key, Floor(figure.key))


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"**{title}**\n\n" + "\n".join(f"- {line}" for line in lines)


def summary(report: Report) -> str:
    """Tell a terminal what matters: every figure, and which floors do not hold."""
    rows = [f"{figure.key:42} {figure.told}" for figure in report.figures]
    comparison = report.comparison
    for title, lines in (
        ("not measured", report.missing),
        ("floor missed", comparison.missed),
        ("BELOW RECORDED", comparison.fallen),
        ("RECORDED AND NOT MEASURED", comparison.unmeasured),
    ):
        rows += [f"{title}: {line}" for line in lines]
    if report.crashed:
        rows.append(f"CRASHED on {report.crashed} lines")
    return "\n".join(rows) + "\n"
