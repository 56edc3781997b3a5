"""What all benchmarks share on the command line: options, progress, and writing reports."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measuring import machine
from benchmarks.report import Report, overview, plot_file
from caveat.cli.progress import counting

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "benchmarks" / "reports"
README = ROOT / "benchmarks" / "README.md"
_BEGIN, _END = "<!-- figures:begin -->\n", "<!-- figures:end -->\n"


Tell = Callable[[int, int], None]
"""Is told how many parts are done of how many."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to measure; a quick run shows that a benchmark works, and no figures to keep."""

    quick: bool = False

    def of(self, full: int, quick: int) -> int:
        """Choose between two sizes."""
        return quick if self.quick else full


Measure = Callable[[Effort, Tell], Report]


def main(name: str, measure: Measure, arguments: Sequence[str] | None = None) -> None:
    """Run one benchmark from the command line."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}", description=measure.__doc__
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of Markdown")
    parser.add_argument("--quick", action="store_true", help="only try it; write no report")
    told = parser.parse_args(arguments)
    report, stamp = run(name, measure, Effort(told.quick))
    if told.json:
        print_out(json.dumps(report.plain(stamp), indent=2, ensure_ascii=False) + "\n")
    else:
        print_out(report.markdown(stamp))
    if not told.quick:
        write(report, stamp)


def run(name: str, measure: Measure, effort: Effort) -> tuple[Report, Mapping[str, Any]]:
    """Run one benchmark and say when, how long and on what it ran."""
    stamp, began = machine(), time.monotonic()
    with counting(f"{name}{_estimate(name, effort)}") as tell:
        report = measure(effort, tell)
    return report, {
        "name": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "commit": commit(),
        "seconds": round(time.monotonic() - began),
        **stamp,
        "load_after": machine()["load"],
    }


def _estimate(name: str, effort: Effort) -> str:
    path = REPORTS / f"{name}.json"
    if effort.quick or not path.exists():
        return ""
    return f" (took {json.loads(path.read_text())['seconds']} s the last time)"


def write(report: Report, stamp: Mapping[str, Any]) -> None:
    """Replace a report, its plots and the table of the newest figures."""
    REPORTS.mkdir(exist_ok=True)
    for old in REPORTS.glob(f"{report.name}*.svg"):
        old.unlink()
    plain = json.dumps(report.plain(stamp), indent=1, ensure_ascii=False) + "\n"
    (REPORTS / f"{report.name}.json").write_text(plain)
    (REPORTS / f"{report.name}.md").write_text(report.markdown(stamp))
    for index, svg in enumerate(report.plots.values(), 1):
        (REPORTS / plot_file(report.name, index)).write_text(svg)
    README.write_text(renewed(README.read_text(), kept_reports()))


def kept_reports() -> list[Mapping[str, Any]]:
    """Read the JSON of every report that was written."""
    return [json.loads(path.read_text()) for path in sorted(REPORTS.glob("*.json"))]


def renewed(readme: str, reports: Iterable[Mapping[str, Any]]) -> str:
    """Return the README with the table of the newest figures written anew."""
    before, rest = readme.split(_BEGIN)
    after = rest.split(_END)[1]
    return f"{before}{_BEGIN}{overview(reports)}\n{_END}{after}"


def commit() -> str:
    """Name the commit that was measured, with a plus when files had changed since."""
    told = ("git", "-C", str(ROOT), "describe", "--always", "--dirty=+", "--abbrev=8")
    try:
        return subprocess.run(  # noqa: S603 - the arguments are ours
            told, check=True, capture_output=True, text=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"  # an archive is no repository


def bare_environment() -> dict[str, str]:
    """Return the environment without the settings of another stack."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CAVEAT_")}


def print_out(text: str) -> None:
    """Print."""
    sys.stdout.write(text)
    sys.stdout.flush()
