"""The command `python -m evaluation.guard`: options, what is written where, and exit codes."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from caveat.cli.progress import counting
from evaluation.guard import floors
from evaluation.guard.examining import NAMES, OF_CORPUS, Examiner, Lines, gather
from evaluation.guard.figures import Section
from evaluation.guard.guarding import Guard
from evaluation.guard.parts import HERE, Part
from evaluation.guard.report import Report, summary
from evaluation.guard.showing import wrong

ROOT = HERE.parents[1]
REPORTS = HERE / "reports"
FELL, ABSENT = 1, 2
_EPILOG = f"""\
Exit codes: 0; {FELL} when a figure fell below what floors.json records or a check raised (with
--strict also when a floor of the design is missed); {ABSENT} when data sets are missing and
--without-data is not given, and nothing else is wrong."""


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the options; --show and the test part exclude one another."""
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.guard", description="Measure the guard.", epilog=_EPILOG
    )
    parser.add_argument("--part", choices=[part.value for part in Part], default=Part.TEST.value)
    parser.add_argument("--out", type=Path, default=REPORTS, help="the folder for the report")
    parser.add_argument("--policy", type=Path, help="the written policy; default: the guard's own")
    parser.add_argument("--show", action="store_true",
                        help="print the wrongly judged lines; never of the test part")  # fmt: skip
    parser.add_argument("--only", choices=(*NAMES, *OF_CORPUS), help="with --show: only this file")
    parser.add_argument("--without-data", action="store_true", help="CAVEAT_DATA may be absent")
    parser.add_argument("--without-timings", action="store_true", help="measure no times")
    parser.add_argument("--strict", action="store_true", help="fail for missed floors, too")
    parser.add_argument("--record", action="store_true",
                        help="write into floors.json what the test part reached")  # fmt: skip
    options = parser.parse_args(arguments)
    if options.show and options.part == Part.TEST:
        parser.error("the lines of the test part are not shown; they would be spent")
    if options.record and options.part != Part.TEST:
        parser.error("only what the test part reaches is recorded")
    return options


@cache
def the_guard(policy: Path | None = None) -> Guard:
    """Build the guard of this working copy."""
    from services.guard.policy_file import load_policy
    from services.guard.settings import DEFAULT_POLICY
    from services.router.adapters import LangidDetector

    return Guard(load_policy(policy or ROOT / DEFAULT_POLICY), LangidDetector())


def main(
    arguments: Sequence[str] | None = None,
    *,
    folder: Path = HERE,
    floors_file: Path = floors.PATH,
    corpus: bool = True,
) -> int:
    """Measure, write the report, and hold the figures to their floors."""
    options = options_of(arguments)
    guard, part = the_guard(options.policy), Part(options.part)
    lines = gather(part, folder, corpus=corpus)
    with counting(f"the {part} part") as tell:
        sections = list(Examiner(guard, lines, tell).sections())
    if not options.without_timings:
        sections.append(_timings())
    held = floors.read(floors_file)
    sound = not any(section.crashed for section in sections)
    if options.record and sound:
        figures = [figure for section in sections for figure in section.figures]
        held = floors.record(figures, held)
        floors.write(held, floors_file)
    report = report_of(guard, lines, sections, held)
    write(report, options.out)
    sys.stdout.write(summary(report))
    if options.show:
        _show(guard, lines, options.only)
    return status_of(report, lines, strict=options.strict, without_data=options.without_data)


def report_of(
    guard: Guard, lines: Lines, sections: Sequence[Section], held: Mapping[str, floors.Floor]
) -> Report:
    """Put the report together. Only the test part is held to what was recorded."""
    figures = [figure for section in sections for figure in section.figures]
    comparison = floors.compare(figures, held, frozenset(lines.absent))
    if lines.part is not Part.TEST:
        comparison = floors.Comparison(comparison.missed, (), ())
    policy = f"{guard.policy.policy_id} {guard.policy.version}"
    return Report(lines.part.value, policy, sections, comparison, held)


def status_of(report: Report, lines: Lines, *, strict: bool, without_data: bool) -> int:
    """Choose the exit code."""
    comparison = report.comparison
    if comparison.fallen or comparison.unmeasured or report.crashed:
        return FELL
    if strict and comparison.missed:
        return FELL
    return ABSENT if lines.absent and not without_data else 0


def write(report: Report, out: Path) -> None:
    """Write the report as Markdown and JSON, and its pictures."""
    from evaluation.guard import pictures  # which brings a plotting library, slow to import

    out.mkdir(parents=True, exist_ok=True)
    plots = []
    for name, caption, svg in pictures.drawn(report.figures, report.floors):
        file = f"{report.part}-{name}.svg"
        (out / file).write_text(svg, encoding="utf-8")
        plots.append((caption, file))
    whole = Report(report.part, report.policy, report.sections, report.comparison, report.floors,
                   plots)  # fmt: skip
    (out / f"{report.part}.md").write_text(whole.markdown(), encoding="utf-8")
    plain = json.dumps(whole.plain(), indent=1, ensure_ascii=False)
    (out / f"{report.part}.json").write_text(plain + "\n", encoding="utf-8")


def _show(guard: Guard, lines: Lines, only: str | None) -> None:
    for name in [only] if only else lines.files:
        for told in wrong(guard, lines[name]):
            sys.stdout.write(f"\n{told}")


def _timings() -> Section:
    from evaluation.guard.timings import measure

    with counting("timings") as tell:
        return measure(tell)
