"""What the pipeline adds to the work in it: `python -m benchmarks.transport`."""

import statistics
import time
from collections.abc import Sequence

from benchmarks import plots
from benchmarks.command import Effort, Tell, main
from benchmarks.measuring import Estimate, difference, median, ratio
from benchmarks.report import Figure, Report, Table, number
from benchmarks.sides import PORTION, Comparison, compare, plain_functions
from benchmarks.stack import QUESTIONS, Stack, a_stack
from caveat.cli.plan import BROKER

FLOOR_CPU, AIM_CPU = 30, 8  # ms a question
FLOOR_P50, AIM_P50 = 120, 40  # ms
FLOOR_CPU_RATIO, AIM_CPU_RATIO = 1.6, 1.2
FLOOR_P50_RATIO, AIM_P50_RATIO = 2.5, 1.5
ABOUT = """\
The price of seven services. The same distinct questions are answered in turns by the running
stack, one at a time over HTTP, and by the same cores called as plain functions in one process:
routing, screening, search, composing, the guard's judging and signing with its real engine, and
all presentations of the renderer; same corpus, policy and keys. What the stack needs on top is
Kafka, gRPC, three stores, the audit log, traces and HTTP. CPU is user and system time of the
seven services' processes, what they need while they wait included; the broker stands apart."""


def measure(effort: Effort, tell: Tell) -> Report:
    """Measure what the pipeline adds to the same cores called as plain functions."""
    texts = QUESTIONS[: effort.of(len(QUESTIONS), PORTION)]
    with a_stack() as stack, plain_functions(stack) as plain:
        found = compare(stack, plain, texts, effort.of(4, 1), tell)
        resting = _resting(stack, effort.of(20, 3))
    by_program = {name: 1000 * statistics.median(cpu) for name, cpu in found.programs.items()}
    plain_ms = 1000 * statistics.median(found.plain.cpu)
    return Report(
        "transport",
        "What the pipeline adds",
        ABOUT,
        figures=_figures(found),
        tables=(
            Table(
                "CPU a question",
                ("program", "ms a question", "ms a second at rest"),
                [(name, f"{ms:.1f}", f"{resting[name]:.1f}") for name, ms in by_program.items()]
                + [("all cores as plain functions", f"{plain_ms:.1f}", "-")],
            ),
        ),
        notes=_notes(found, texts),
        plots={
            "CPU a question": plots.stacked(
                {"stack": by_program, "plain functions": {"all cores": plain_ms}}, unit="ms of CPU"
            )
        },
        disturbed=found.busy is not None and found.busy.disturbed,
        raw={
            "cpu_ms_stack": [round(1000 * cpu, 2) for cpu in found.stack.cpu],
            "cpu_ms_plain": [round(1000 * cpu, 2) for cpu in found.plain.cpu],
            "cpu_ms_by_program": {name: round(ms, 2) for name, ms in by_program.items()},
            "resting_ms_a_second": {name: round(ms, 2) for name, ms in resting.items()},
        },
    )


def _resting(stack: Stack, seconds: int) -> dict[str, float]:
    """Measure what each program uses while nobody asks, in milliseconds of CPU a second."""
    before = stack.cpu()
    time.sleep(seconds)
    return {name: 1000 * (cpu - before[name]) / seconds for name, cpu in stack.cpu().items()}


def _figures(found: Comparison) -> Sequence[Figure]:
    stack, plain = found.stack, found.plain
    of_cpu = f"plain functions: {number(1000 * statistics.median(plain.cpu))} ms"
    of_time = f"plain functions: {number(1000 * statistics.median(plain.seconds))} ms"
    figures = (
        Figure("CPU a question, the seven services", in_ms(median(stack.cpu)), "ms", of_cpu),
        Figure(
            "CPU that the pipeline adds to a question", in_ms(difference(stack.cpu, plain.cpu)),
            "ms", of_cpu, floor=FLOOR_CPU, aim=AIM_CPU,
        ),
        Figure(
            "CPU, microservice tax", ratio(stack.cpu, plain.cpu), "x", of_cpu,
            floor=FLOOR_CPU_RATIO, aim=AIM_CPU_RATIO,
        ),
        Figure("p50 of a question, the stack", in_ms(median(stack.seconds)), "ms", of_time),
        Figure(
            "p50 that the pipeline adds", in_ms(difference(stack.seconds, plain.seconds)),
            "ms", of_time, floor=FLOOR_P50, aim=AIM_P50,
        ),
        Figure(
            "p50, microservice tax", ratio(stack.seconds, plain.seconds), "x", of_time,
            floor=FLOOR_P50_RATIO, aim=AIM_P50_RATIO,
        ),
    )  # fmt: skip
    if BROKER not in found.programs:
        return figures
    broker = in_ms(median(found.programs[BROKER]))
    return (*figures, Figure("CPU a question, the broker", broker, "ms", of_cpu))


def in_ms(seconds: Estimate) -> Estimate:
    """Return seconds as milliseconds."""
    return seconds.scaled(1000)


def _notes(found: Comparison, texts: Sequence[str]) -> Sequence[str]:
    busy = found.busy
    assert busy is not None  # noqa: S101 - compare always looks
    differing = found.differing()
    return (
        f"{len(texts)} distinct questions, {len(found.stack.seconds)} answers on each side,"
        f" in turns of {PORTION}. {len(texts) - len(differing)} of {len(texts)} documents are the"
        " same on both sides apart from ids, times, trace and decision number"
        + (f"; these differ: {', '.join(differing)}." if differing else "."),
        busy.told,
    )


if __name__ == "__main__":
    main("transport", measure)
