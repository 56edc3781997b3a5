"""How long one question takes, and where the time goes: `python -m benchmarks.latency`."""

import statistics
from collections.abc import Iterable, Mapping, Sequence

from benchmarks import plots
from benchmarks.command import Effort, Tell, main
from benchmarks.measuring import Estimate, median, percentile, ratio
from benchmarks.report import Figure, Report, Table, number
from benchmarks.road import Leg, legs_of
from benchmarks.sides import Comparison, compare, plain_functions
from benchmarks.stack import QUESTIONS, Stack, a_stack

FLOOR_MS, AIM_MS = 500, 200
ABOUT = """\
One question at a time over HTTP (`POST /v1/questions` with `Prefer: wait`), from the request to
the signed answer, on a whole stack with its own Kafka and the extractive composer. The baseline
is the work in it that no pipeline can avoid: the same questions answered in turns by the same
cores, called as plain functions in one process."""


def measure(effort: Effort, tell: Tell) -> Report:
    """Measure the time from a question to its answer, one at a time."""
    texts = QUESTIONS[: effort.of(len(QUESTIONS), 12)]
    with a_stack() as stack, plain_functions(stack) as plain:
        found = compare(stack, plain, texts, effort.of(3, 1), tell)
        probe = [stack.get("/livez") * 1000 for _ in range(60)]
        legs = _legs(stack, found)
    stack_ms = [seconds * 1000 for seconds in found.stack.seconds]
    plain_ms = [seconds * 1000 for seconds in found.plain.seconds]
    return Report(
        "latency",
        "One question at a time",
        ABOUT,
        figures=_figures(stack_ms, plain_ms),
        tables=(_road(legs, stack_ms),),
        notes=_notes(found, texts, probe),
        plots={
            "Where the time goes": plots.stacked(
                {"a question": legs},
                unit="ms", floor=FLOOR_MS, aim=AIM_MS,
            ),
            "How many questions are answered in which time": plots.distribution(
                {"the stack": stack_ms, "the plain functions": plain_ms},
                unit="ms", floor=FLOOR_MS, aim=AIM_MS,
            ),
        },
        disturbed=found.busy is not None and found.busy.disturbed,
        raw={"stack_ms": _rounded(stack_ms), "plain_ms": _rounded(plain_ms),
             "legs_ms": {leg: round(value, 2) for leg, value in legs.items()}},
    )  # fmt: skip


def _figures(stack_ms: Sequence[float], plain_ms: Sequence[float]) -> Sequence[Figure]:
    tails = (
        Figure(
            f"from the question to the answer, p{percent}",
            Estimate(*[percentile(stack_ms, percent)] * 3),
            "ms",
            baseline=f"plain functions: {number(percentile(plain_ms, percent))} ms",
        )
        for percent in (95, 99)
    )
    return (
        Figure(
            "from the question to the answer, p50", median(stack_ms), "ms",
            baseline=f"plain functions: {number(statistics.median(plain_ms))} ms",
            floor=FLOOR_MS, aim=AIM_MS,
        ),
        Figure("the same, as a ratio", ratio(stack_ms, plain_ms), "x", "plain functions: 1 x"),
        *tails,
    )  # fmt: skip


def _legs(stack: Stack, found: Comparison) -> Mapping[str, float]:
    return medians(legs_of(stack.span_lines(), set(found.traces)).values())


def medians(roads: Iterable[Sequence[Leg]]) -> dict[str, float]:
    """Return the median of each leg in milliseconds, in the order of the road."""
    times: dict[str, list[float]] = {}
    for road in roads:
        for leg in road:
            times.setdefault(leg.name, []).append(leg.ms)
    return {name: statistics.median(values) for name, values in times.items()}


def _road(legs: Mapping[str, float], stack_ms: Sequence[float]) -> Table:
    p50 = statistics.median(stack_ms)
    rows = [(name, f"{value:.1f}", f"{100 * value / p50:.0f} %") for name, value in legs.items()]
    total = sum(legs.values())
    rows.append(("all legs", f"{total:.1f}", f"{100 * total / p50:.0f} %"))
    title = "Where the time goes (medians over one question's spans; to Kafka and back is a leg)"
    return Table(title, ("leg", "ms", "of the p50"), rows)


def _notes(found: Comparison, texts: Sequence[str], probe: Sequence[float]) -> Sequence[str]:
    busy = found.busy
    assert busy is not None  # noqa: S101 - compare always looks
    return (
        f"{len(found.stack.seconds)} answers to {len(set(texts))} distinct questions;"
        f" {len(found.differing())} of them differ from those of the plain functions.",
        f"HTTP alone (`GET /livez`, the same connection): p50 {statistics.median(probe):.2f} ms.",
        busy.told,
    )


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 2) for value in values]


if __name__ == "__main__":
    main("latency", measure)
