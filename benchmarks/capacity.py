"""How many questions a second the stack answers: `python -m benchmarks.capacity`."""

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import aiohttp

from benchmarks import plots
from benchmarks.command import Effort, Tell, main
from benchmarks.measuring import Busy, Estimate, percentile
from benchmarks.report import Figure, Report, Table, number
from benchmarks.sides import PlainProcess, plain_functions
from benchmarks.stack import QUESTIONS, Stack, Watch, a_stack
from caveat.cli.plan import BROKER

FLOOR_RATE, AIM_RATE = 8, 20  # questions a second
LIMIT_S = 2.0  # p99
RATES = (2, 4, 6, 8, 10, 12, 15, 20, 25, 30)
_LOST = 30.0  # seconds after which an answer is not waited for any longer
ABOUT = f"""\
Open loop, on loopback: questions are sent at a fixed rate, whether answers come or not, and
their time counts from the moment at which they were due. The rate rises until the p99 exceeds
{LIMIT_S:g} s. Broker, services and the client that asks share the machine. The baseline is what
all cores of the machine could answer if they ran nothing but the plain functions."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one rate came to; times in seconds, CPU seconds by program."""

    rate: int
    took: Sequence[float]
    failed: int
    busy: Busy
    cpu: Mapping[str, float]

    @property
    def p99(self) -> float:
        """The time that 99 of 100 stay within; infinite when questions were lost."""
        return percentile(self.took, 99) if self.took and not self.failed else float("inf")

    @property
    def holds(self) -> bool:
        """Tell whether the stack keeps up with the rate."""
        return self.p99 <= LIMIT_S


def measure(effort: Effort, tell: Tell) -> Report:
    """Measure the highest rate of questions that is answered in time."""
    rates = RATES[: effort.of(len(RATES), 2)]
    with a_stack() as stack:
        with plain_functions(stack) as plain:
            alone = _plain_seconds(plain)
        steps = list[Step]()
        for done, rate in enumerate(rates, 1):
            steps.append(asyncio.run(_step(stack, rate, effort.of(10, 3))))
            tell(done, len(rates))
            if not steps[-1].holds:
                break
            time.sleep(1)
    return _report(steps, alone)


def _plain_seconds(plain: PlainProcess) -> float:
    return statistics.median(plain.ask(text)[1] for text in QUESTIONS)


async def _step(stack: Stack, rate: int, seconds: int) -> Step:
    """Send questions at one rate for some seconds, and wait for all answers."""
    before, watch = stack.cpu(), Watch(stack)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(stack.plan.url, connector=connector) as session:
        began = asyncio.get_running_loop().time() + 0.1
        asked = [
            asyncio.create_task(_ask(session, text, began + index / rate))
            for index, text in enumerate(islice(cycle(QUESTIONS), rate * seconds))
        ]
        took = await asyncio.gather(*asked)
    busy = watch.look()
    used = {name: cpu - before[name] for name, cpu in stack.cpu().items()}
    answered = [one for one in took if one is not None]
    return Step(rate, answered, len(took) - len(answered), busy, used)


async def _ask(session: aiohttp.ClientSession, text: str, due: float) -> float | None:
    """Ask when it is due; return the seconds from then to the answer, None when none came."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(due - loop.time())
    try:
        async with session.post(
            "/v1/questions",
            json={"text": text},
            headers={"Prefer": f"wait={_LOST:.0f}"},
            timeout=aiohttp.ClientTimeout(total=2 * _LOST),
        ) as reply:
            await reply.read()
            return loop.time() - due if reply.status == 200 else None
    except (aiohttp.ClientError, TimeoutError):
        return None


def _report(steps: Sequence[Step], alone: float) -> Report:
    best = max((step for step in steps if step.holds), key=lambda step: step.rate, default=None)
    rate = float(best.rate) if best else 0.0
    cores = steps[0].busy.cores
    ideal = cores / alone
    baseline = f"plain functions on {cores} cores: {number(ideal)}/s"
    used = f"the machine was {100 * best.busy.used:.0f} % busy" if best else "no rate was kept"
    shown = [step for step in steps if step.took]
    return Report(
        "capacity",
        "Capacity",
        ABOUT,
        figures=(
            Figure(f"highest rate with p99 within {LIMIT_S:g} s ({used})",
                   Estimate(rate, rate, rate), "questions/s", baseline,
                   floor=FLOOR_RATE, aim=AIM_RATE, more_is_better=True),
            Figure("the same, as a share of the plain functions'",
                   Estimate(*[rate / ideal] * 3), "x", baseline),
        ),
        notes=(best.busy.told,) if best else (),
        disturbed=any(step.busy.disturbed for step in steps),
        tables=(Table("Rate by rate", _HEAD, [_row(step) for step in steps]),),
        plots={"Time to the answer by rate": plots.curve(
            {f"p{percent}": [(step.rate, percentile(step.took, percent)) for step in shown]
             for percent in (50, 99)},
            across="questions/s", unit="s", floor=LIMIT_S, floor_across=FLOOR_RATE)},
        raw={"steps": [{"rate": step.rate, "seconds": [round(one, 3) for one in step.took],
                        "failed": step.failed, "cpu": {n: round(c, 2) for n, c in step.cpu.items()}}
                       for step in steps],
             "plain_cpu_seconds": round(alone, 4)},
    )  # fmt: skip


_HEAD = ("questions/s", "p50 s", "p99 s", "without an answer", "machine busy", "others",
         "CPU ms a question, services", "broker")  # fmt: skip


def _row(step: Step) -> Sequence[str]:
    asked = len(step.took) + step.failed
    services = sum(cpu for name, cpu in step.cpu.items() if name != BROKER)
    tails = [f"{percentile(step.took, p):.2f}" if step.took else "-" for p in (50, 99)]
    return (
        str(step.rate), *tails, str(step.failed), f"{100 * step.busy.used:.0f} %",
        f"{100 * step.busy.others:.0f} %", f"{1000 * services / asked:.0f}",
        f"{1000 * step.cpu.get(BROKER, 0.0) / asked:.0f}",
    )  # fmt: skip


if __name__ == "__main__":
    main("capacity", measure)
