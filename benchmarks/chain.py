"""What the chassis costs a message: `python -m benchmarks.chain`."""

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import plots
from benchmarks.chain_ends import Ends
from benchmarks.chain_links import BARE, CHASSIS, LIGHT, QUIX, STAGES, Chain, stages_of, topics_of
from benchmarks.command import Effort, Tell, main
from benchmarks.measuring import Estimate, median, ratio, turns
from benchmarks.report import Figure, Report, Table, number
from caveat.authority import grants_of
from caveat.pipeline import PROGRESS_MADE, QUESTION_CONCLUDED, Stage, TopicSpec, dead_letter_topic
from tests.integration.broker import HOUR_MS, Broker

FLOOR_CPU, FLOOR_P50 = 2.0, 1.3  # times bare aiokafka
ABOUT = f"""\
Records of 4 KB go through {STAGES} stages in {STAGES} processes, from topic to topic of one
real broker, with `acks=all` and an idempotent producer everywhere. The chassis' stages are
empty and whole: faust hosts them, they write spans, tell progress, and acknowledge in order, as
a service does. The baseline is the least that a chain over aiokafka can do: fetch, send all,
wait for them, commit each batch. "Light" is the chassis without spans and without progress. One
chain works at a time."""


@dataclass(slots=True)
class Kept:
    """What one chain took, round by round."""

    cpu_us: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)


def measure(effort: Effort, tell: Tell) -> Report:
    """Measure the chassis' stage loop beside bare aiokafka."""
    quix = os.environ.get("BENCH_QUIX_PYTHON", "")
    kinds = (BARE, CHASSIS, LIGHT, *([QUIX] if quix else []))
    with (
        tempfile.TemporaryDirectory(prefix="caveat-bench-") as folder,
        _broker(folder) as broker,
        ExitStack() as started,
    ):
        chains = dict[str, Chain]()
        for kind in kinds:
            chains[kind] = _chain(kind, broker, Path(folder), quix)
            started.callback(chains[kind].end)  # also when the next one does not start
        found = asyncio.run(_measured(chains, broker, effort, tell))
    return _report(found, effort)


@contextmanager
def _broker(folder: str) -> Iterator[Broker]:
    broker = Broker(Path(folder) / "broker")
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()


def _chain(kind: str, broker: Broker, folder: Path, quix: str) -> Chain:
    """Make the topics and the users of a chain, and start its processes."""
    broker.make_topics([TopicSpec(topic, 1, HOUR_MS) for topic in topics_of(kind)])
    for stage in stages_of(kind) if kind in (CHASSIS, LIGHT) else ():
        broker.make_topics([TopicSpec(dead_letter_topic(stage.name), 1, HOUR_MS)])
        emits = (*stage.emits, QUESTION_CONCLUDED, PROGRESS_MADE)
        allowed = Stage(stage.name, stage.consumes, emits, step="screen")
        broker.admit(stage.name, frozenset(grants_of(allowed)))
    return Chain(kind, broker, folder / kind, quix)


async def _measured(
    chains: Mapping[str, Chain], broker: Broker, effort: Effort, tell: Tell
) -> dict[str, Kept]:
    rounds, one_by_one, together = effort.of(5, 1), effort.of(60, 10), effort.of(1_000, 200)
    found = {kind: Kept() for kind in chains}
    total = rounds * len(chains)
    async with Ends(broker.options(), list(chains)) as ends:
        for kind in chains:
            await ends.one_by_one(kind, 20)  # they start, and come warm
            await ends.together(kind, together // 4)
        for done, (_, kind) in enumerate(turns(list(chains), rounds), 1):
            kept, chain = found[kind], chains[kind]
            took = await ends.one_by_one(kind, one_by_one)
            kept.p50_ms.append(1000 * statistics.median(took))
            kept.p99_ms.append(1000 * sorted(took)[-1 - len(took) // 100])
            before = chain.cpu()
            seconds = await ends.together(kind, together)
            kept.cpu_us.append(1e6 * (chain.cpu() - before) / together)
            kept.rate.append(together / seconds)
            tell(done, total)
    return found


def _report(found: Mapping[str, Kept], effort: Effort) -> Report:
    bare, chassis, light = found[BARE], found[CHASSIS], found[LIGHT]
    of_cpu = f"bare aiokafka: {number(statistics.median(bare.cpu_us))} µs"
    of_time = f"bare aiokafka: {number(statistics.median(bare.p50_ms))} ms"
    quix = () if QUIX not in found else (
        Figure("the same beside Quix Streams, CPU",
               ratio(chassis.cpu_us, found[QUIX].cpu_us), "x",
               f"Quix Streams: {number(statistics.median(found[QUIX].cpu_us))} µs"),
        Figure("the same beside Quix Streams, p50",
               ratio(chassis.p50_ms, found[QUIX].p50_ms), "x",
               f"Quix Streams: {number(statistics.median(found[QUIX].p50_ms))} ms"),
    )  # fmt: skip
    return Report(
        "chain",
        "A chain of empty stages",
        ABOUT,
        figures=(
            Figure("CPU a message, all five stages", median(chassis.cpu_us), "µs", of_cpu),
            Figure("the same, as a ratio", ratio(chassis.cpu_us, bare.cpu_us), "x", of_cpu,
                   floor=FLOOR_CPU),
            Figure("the same without spans and progress", ratio(light.cpu_us, bare.cpu_us), "x",
                   of_cpu),
            Figure("p50 one at a time", median(chassis.p50_ms), "ms", of_time),
            Figure("p50 as a ratio", ratio(chassis.p50_ms, bare.p50_ms), "x", of_time,
                   floor=FLOOR_P50),
            Figure("p50 without spans and progress", ratio(light.p50_ms, bare.p50_ms), "x",
                   of_time),
            *quix,
        ),
        tables=(Table("Each chain (medians of the rounds)", _HEAD,
                      [_row(kind, kept) for kind, kept in found.items()]),),
        notes=(_NOTE_QUIX if QUIX in found else _NOTE_WITHOUT,),
        plots={"CPU a message": plots.bars(
            {kind: statistics.median(kept.cpu_us) for kind, kept in found.items()},
            unit="µs of CPU", floor=FLOOR_CPU * statistics.median(bare.cpu_us))},
        raw={kind: {"cpu_us": [round(v, 1) for v in kept.cpu_us],
                    "p50_ms": [round(v, 2) for v in kept.p50_ms],
                    "per_second": [round(v) for v in kept.rate]} for kind, kept in found.items()},
    )  # fmt: skip


_HEAD = ("chain", "p50 ms", "p99 ms", "messages/s", "CPU µs a message")
_NOTE_QUIX = "Quix Streams (librdkafka) ran from an environment of its own: `BENCH_QUIX_PYTHON`."
_NOTE_WITHOUT = """\
Quix Streams, the aim, is no dependency. To have it measured too, install it in an environment
of its own and name its interpreter: `BENCH_QUIX_PYTHON=… make bench B=chain`."""


def _row(kind: str, kept: Kept) -> Sequence[str]:
    spread: Sequence[Estimate] = [
        median(values) for values in (kept.p50_ms, kept.p99_ms, kept.rate, kept.cpu_us)
    ]
    return [kind, *(number(one.value) for one in spread)]


if __name__ == "__main__":
    main("chain", measure)
