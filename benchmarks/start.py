"""How long the stack takes to start: `python -m benchmarks.start`."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks import plots
from benchmarks.command import ROOT, Effort, Tell, main
from benchmarks.measuring import Estimate, median, ratio, turns
from benchmarks.report import Figure, Report, Table, number
from benchmarks.stack import Stack, a_home, bring_up, prepared
from caveat.cli import probing
from caveat.cli.plan import BROKER
from caveat.cli.stack import down
from caveat.errors import StartupError
from caveat.pipeline import SERVICES

FLOOR_DEMO_S, AIM_DEMO_S = 60, 30
_LOOK = 0.1  # seconds between two looks at a probe
_IMPORT = "import services.{name}.__main__"
_ENGINE = """
from pathlib import Path
from services.guard.engine import silence
silence(Path({home!r}))
import guardrails
"""
ABOUT = """\
From `caveat up` on a prepared home (keys, corpus and Kafka's storage are there) to everything
ready, and the second `make demo`: start, first question, stop. The baseline is the least that a
start must do: the seven services' imports, one after another and nothing else, divided by the
machine's cores."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the clock and of CPU."""

    clock: float
    cpu: float


def measure(effort: Effort, tell: Tell) -> Report:
    """Measure the start of a prepared stack, of each service, and the second demo."""
    rounds = effort.of(3, 1)
    total = 2 * rounds + 2
    starts, imports = list[dict[str, float]](), list[dict[str, Took]]()
    with a_home() as home:
        stack = prepared(home)
        bring_up(stack)
        down(stack.local)
        for done, (_, name) in enumerate(turns(("start", "imports"), rounds)):
            if name == "start":
                starts.append(start_once(stack))
                down(stack.local)
            else:
                imports.append(import_all(home))
            tell(done + 1, total)
    demos = second_demo(lambda done: tell(total - 2 + done, total))
    return _report(starts, imports, demos)


def start_once(stack: Stack) -> dict[str, float]:
    """Run `caveat up`; return the seconds until it ended and until each program was ready."""
    began, ready = time.perf_counter(), dict[str, float]()
    with ThreadPoolExecutor(max_workers=1) as pool:
        up = pool.submit(bring_up, stack)
        while not up.done():
            _look(stack, ready, began)
            time.sleep(_LOOK)
        ready["caveat up"] = up.result()
    _look(stack, ready, began)
    return ready


def _look(stack: Stack, ready: dict[str, float], began: float) -> None:
    if BROKER not in ready and probing.answers(stack.plan.bootstrap):
        ready[BROKER] = time.perf_counter() - began
    if BROKER not in ready:
        return
    waiting = [program for program in stack.plan.services if program.name not in ready]
    for name, told in probing.readiness_of(waiting).items():
        if told.ready:
            ready[name] = time.perf_counter() - began


def import_all(home: Path) -> dict[str, Took]:
    """Import what each service imports, in an interpreter of its own, one after another."""
    found = {"nothing": import_one("pass")}
    for name in SERVICES:
        code = _IMPORT.format(name=name)
        if name == "guard":
            code += _ENGINE.format(home=str(home / "imports"))
        found[name] = import_one(code)
    return found


def import_one(code: str) -> Took:
    """Run a line of Python."""
    began, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)  # noqa: S603
    after = os.times()
    cpu = after.children_user + after.children_system
    return Took(time.perf_counter() - began, cpu - before.children_user - before.children_system)


def second_demo(tell: Callable[[int], None]) -> Sequence[float]:
    """Run the demo twice in a folder of its own; return what each took."""
    took = []
    with a_home() as home:
        stack = prepared(home)
        for done in (1, 2):
            began = time.perf_counter()
            demo = subprocess.run(  # noqa: S603 - the arguments are ours
                [str(ROOT / "scripts" / "demo")], env=dict(stack.environment), cwd=ROOT,
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            )  # fmt: skip
            took.append(time.perf_counter() - began)
            if demo.returncode:
                raise StartupError(f"make demo: {demo.stderr.strip()[-500:]}")
            tell(done)
    return took


def _report(
    starts: Sequence[Mapping[str, float]],
    imports: Sequence[Mapping[str, Took]],
    demos: Sequence[float],
) -> Report:
    cores = os.cpu_count() or 1
    least = [sum(one.cpu for one in found.values()) / cores for found in imports]
    ups = [found["caveat up"] for found in starts]
    baseline = f"imports alone, over {cores} cores: {number(median(least).value)} s"
    order = sorted(starts[0], key=lambda name: starts[0][name])
    ready = {name: median([found[name] for found in starts]) for name in order}
    return Report(
        "start",
        "Start",
        ABOUT,
        figures=(
            Figure("second `make demo`, stop included", Estimate(*[demos[1]] * 3), "s", baseline,
                   floor=FLOOR_DEMO_S, aim=AIM_DEMO_S),
            Figure("`caveat up` on a prepared home", median(ups), "s", baseline),
            Figure("the same, as a ratio", ratio(ups, least), "x", baseline),
        ),
        tables=(
            Table("Ready after `caveat up` began", ("program", "s"),
                  [(name, f"{found.value:.1f}") for name, found in ready.items()]),
            Table("Imports alone", ("service", "s", "s of CPU"), _imports(imports)),
        ),
        notes=(f"The first `make demo` of the folder, with its own Kafka storage and corpus to"
               f" make, took {number(demos[0])} s.",),
        plots={"Ready after": plots.bars({n: f.value for n, f in ready.items()}, unit="s")},
        raw={"starts": [{n: round(s, 2) for n, s in found.items()} for found in starts],
             "imports_cpu": [{n: round(one.cpu, 2) for n, one in found.items()}
                             for found in imports],
             "demos": [round(seconds, 1) for seconds in demos]},
    )  # fmt: skip


def _imports(imports: Sequence[Mapping[str, Took]]) -> Sequence[Sequence[str]]:
    return [
        (
            name,
            number(median([found[name].clock for found in imports]).value),
            number(median([found[name].cpu for found in imports]).value),
        )
        for name in imports[0]
    ]


if __name__ == "__main__":
    main("start", measure)
