"""What judging costs: `python -m benchmarks.guard`."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import plots
from benchmarks.command import ROOT, Effort, Tell, main
from benchmarks.guard_draft import SENTENCES
from benchmarks.guard_process import BARE, CHECK, CORE, JSON, WHOLE
from benchmarks.measuring import Busy, Estimate, busy_seconds, median, percentile, ratio
from benchmarks.memory import chassis_alone
from benchmarks.report import Figure, Report, number
from caveat.errors import StartupError

FLOOR_P50, AIM_P50, FLOOR_P95, AIM_P95 = 40, 15, 80, 30  # CPU milliseconds
FLOOR_LINES, AIM_LINES = 400, 2_000  # a second
FLOOR_MB, AIM_MB = 450, 250
LINES = 100
ABOUT = f"""\
The guard judges a draft of {SENTENCES} verbatim sentences of the demonstration notes, each cited to
its passage: rules in their engine, the page assembled, decided and signed, on one core; nothing is
stored. The baseline is the same engine with as many families that look at nothing. Lines for
`caveat check` are authored sentences, a third of them general information, without the engine;
their baseline is reading and writing the same JSON. Times are CPU times of the process."""


@dataclass(frozen=True, slots=True)
class Timed:
    """CPU milliseconds of each side, round by round, and the memory of the process after it all."""

    rounds: Sequence[dict[str, float]]
    rss_mb: float

    def of(self, side: str) -> list[float]:
        """Return one side's series."""
        return [one[side] for one in self.rounds]


def timed(rounds: int, tell: Tell, lines: int = LINES) -> Timed:
    """Time the guard in a process of its own. Raises StartupError when that ends early."""
    found: list[dict[str, float]] = []
    told = [sys.executable, "-m", "benchmarks.guard_process", str(rounds), str(lines)]
    with subprocess.Popen(told, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:  # noqa: S603
        assert running.stdout is not None  # noqa: S101 - opened above
        for line in running.stdout:
            found.append(json.loads(line))
            tell(min(len(found), rounds), rounds)
    if running.returncode or len(found) != rounds + 1:
        raise StartupError("the guard's process ended early; its reason stands above")
    return Timed(found[:-1], found[-1]["rss_mb"])


def measure(effort: Effort, tell: Tell) -> Report:
    """Measure the guard's CPU on thirty cited sentences, `caveat check`, and its memory."""
    began, busy_before, ours_before = time.monotonic(), busy_seconds(), _children()
    found = timed(effort.of(300, 10), tell)
    busy = Busy(
        time.monotonic() - began,
        os.cpu_count() or 1,
        busy_seconds() - busy_before,
        _children() - ours_before,
    )
    return Report(
        "guard",
        "The guard",
        ABOUT,
        figures=(*_of_judging(found), *_of_checking(found), *_of_memory(found)),
        plots={
            f"CPU for {SENTENCES} cited sentences": plots.distribution(
                {"whole guard": found.of(WHOLE), "rules alone": found.of(CORE),
                 "bare engine": found.of(BARE)},
                unit="CPU ms", floor=FLOOR_P50, aim=AIM_P50, counted="drafts judged",
            )
        },
        raw={name: [round(one, 3) for one in found.of(name)]
             for name in (WHOLE, CORE, BARE, CHECK)},
        notes=(busy.told,),
        disturbed=busy.disturbed,
    )  # fmt: skip


def _children() -> float:
    """Tell the CPU seconds of the processes that this one started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _of_judging(found: Timed) -> Sequence[Figure]:
    whole, bare = found.of(WHOLE), found.of(BARE)
    baseline = f"the bare engine: {number(median(bare).value)} ms"
    p95 = percentile(whole, 95)
    what = f"the whole guard, {SENTENCES} cited sentences"
    return (
        Figure(f"{what}, CPU p50", median(whole), "ms", baseline, floor=FLOOR_P50, aim=AIM_P50),
        Figure(f"{what}, CPU p95", Estimate(p95, p95, p95), "ms", baseline, floor=FLOOR_P95,
               aim=AIM_P95),
        Figure("the same, as a ratio", ratio(whole, bare), "x", baseline),
        Figure("its rules without the engine, CPU p50", median(found.of(CORE)), "ms", baseline),
        Figure("the rules, as a ratio", ratio(found.of(CORE), bare), "x", baseline),
    )  # fmt: skip


def _of_checking(found: Timed) -> Sequence[Figure]:
    check, plain = found.of(CHECK), found.of(JSON)
    rates = [1000 * LINES / one for one in check]
    baseline = f"reading and writing JSON: {1000 * LINES / median(plain).value:,.0f} lines/s"
    return (
        Figure("`caveat check`, a core", median(rates), "lines/s", baseline, floor=FLOOR_LINES,
               aim=AIM_LINES, more_is_better=True),
        Figure("`caveat check`, CPU as a ratio", ratio(check, plain), "x", baseline),
    )  # fmt: skip


def _of_memory(found: Timed) -> Sequence[Figure]:
    alone = chassis_alone().rss
    baseline = f"the chassis alone: {number(alone)} MB"
    rss = Estimate(found.rss_mb, found.rss_mb, found.rss_mb)
    return (
        Figure("the guard's process after judging, RSS", rss, "MB", baseline, floor=FLOOR_MB,
               aim=AIM_MB),
        Figure("the same, as a ratio", rss.scaled(1 / alone), "x", baseline),
    )  # fmt: skip


if __name__ == "__main__":
    main("guard", measure)
