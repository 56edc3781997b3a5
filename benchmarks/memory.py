"""How much memory the stack takes: `python -m benchmarks.memory`."""

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks import plots
from benchmarks.command import ROOT, Effort, Tell, main
from benchmarks.measuring import Estimate
from benchmarks.report import Figure, Report, Table, number
from benchmarks.stack import QUESTIONS, Stack, a_stack
from caveat.cli.plan import BROKER

FLOOR_MB, AIM_MB = 2_500, 1_500
FLOOR_GUARD_MB, AIM_GUARD_MB = 450, 250
SUPERVISOR = "supervisord"
_ALONE = "import caveat.chassis.run, sys; print('ready', flush=True); sys.stdin.read()"
ABOUT = """\
Memory by program of a whole stack with its own Kafka: at rest after the start, and after it has
answered questions. PSS divides pages that programs share among them, so it adds up; RSS counts
them in each, so its sum is an upper bound, and the floor holds it. The baseline is an
interpreter that has imported the chassis (faust, aiokafka, gRPC, OpenTelemetry) and nothing of
a service."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What one process holds, in megabytes of a million bytes."""

    rss: float
    pss: float


def measure(effort: Effort, tell: Tell) -> Report:
    """Measure the memory of the stack at rest and after questions."""
    texts = QUESTIONS[: effort.of(60, 6)]
    with a_stack(warm_up=0) as stack:
        time.sleep(effort.of(10, 1))
        rest = memory_of(stack)
        for done, text in enumerate(texts, 1):
            stack.ask(text)
            tell(done, len(texts))
        time.sleep(effort.of(5, 1))
        after = memory_of(stack)
        alone = chassis_alone()
    return Report(
        "memory",
        "Memory",
        ABOUT,
        figures=_figures(rest, after, alone, len(texts)),
        tables=(Table("By program", _HEAD, _rows(rest, after, alone)),),
        plots={
            "Memory after questions, PSS": plots.stacked(
                {
                    "at rest": {name: one.pss for name, one in rest.items()},
                    f"after {len(texts)}": {name: one.pss for name, one in after.items()},
                },
                unit="MB", floor=FLOOR_MB, aim=AIM_MB,
            )
        },
        raw={
            when: {name: {"rss_mb": round(one.rss, 1), "pss_mb": round(one.pss, 1)}
                   for name, one in found.items()}
            for when, found in (("rest", rest), ("after", after))
        },
    )  # fmt: skip


def memory_of(stack: Stack) -> dict[str, Memory]:
    """Look at every program of a stack, its supervisor included."""
    supervisor = int((stack.home / "run" / "supervisord.pid").read_text())
    return {name: memory(pid) for name, pid in {**stack.pids(), SUPERVISOR: supervisor}.items()}


def memory(pid: int) -> Memory:
    """Look at one process. Where the kernel tells no PSS, its RSS stands for it."""
    rss = psutil.Process(pid).memory_info().rss / 1e6
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if not rollup.exists():
        return Memory(rss, rss)
    found = [line.split()[1] for line in rollup.read_text().splitlines() if line.startswith("Pss:")]
    return Memory(rss, int(found[0]) * 1024 / 1e6)


def chassis_alone() -> Memory:
    """Measure an interpreter that has imported the chassis."""
    with subprocess.Popen(  # noqa: S603 - the arguments are ours
        [sys.executable, "-c", _ALONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as running:
        assert running.stdout is not None  # noqa: S101 - opened above
        running.stdout.readline()
        return memory(running.pid)


def _figures(
    rest: Mapping[str, Memory], after: Mapping[str, Memory], alone: Memory, asked: int
) -> Sequence[Figure]:
    services = [one for name, one in after.items() if name not in (BROKER, SUPERVISOR)]
    baseline = f"the chassis alone: {number(alone.rss)} MB"
    return (
        Figure(
            f"the whole stack with Kafka after {asked} questions, RSS", _sum(after, "rss"), "MB",
            f"seven times the chassis alone: {number(7 * alone.rss)} MB",
            floor=FLOOR_MB, aim=AIM_MB,
        ),
        Figure("the same, PSS", _sum(after, "pss"), "MB"),
        Figure("the same at rest, RSS", _sum(rest, "rss"), "MB"),
        Figure("the guard after questions, RSS", _just(after["guard"].rss), "MB", baseline,
               floor=FLOOR_GUARD_MB, aim=AIM_GUARD_MB),
        Figure("a service, median, in chassis alone",
               _just(statistics.median(one.rss for one in services) / alone.rss), "x", baseline),
    )  # fmt: skip


def _sum(found: Mapping[str, Memory], kind: str) -> Estimate:
    return _just(sum(getattr(one, kind) for one in found.values()))


def _just(value: float) -> Estimate:
    """Give a figure that was read once and does not vary."""
    return Estimate(value, value, value)


_HEAD = (
    "program",
    "RSS at rest, MB",
    "RSS after",
    "PSS at rest, MB",
    "PSS after",
    "RSS in chassis alone",
)


def _rows(
    rest: Mapping[str, Memory], after: Mapping[str, Memory], alone: Memory
) -> Sequence[Sequence[str]]:
    rows = [
        (name, f"{rest[name].rss:.0f}", f"{one.rss:.0f}", f"{rest[name].pss:.0f}", f"{one.pss:.0f}",
         f"{one.rss / alone.rss:.2f}")
        for name, one in after.items()
    ]  # fmt: skip
    return [*rows, ("the chassis alone", "-", f"{alone.rss:.0f}", "-", f"{alone.pss:.0f}", "1.00")]


if __name__ == "__main__":
    main("memory", measure)
