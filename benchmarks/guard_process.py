"""The guard in a process of its own: `python -m benchmarks.guard_process ROUNDS [LINES]`.

Prints a JSON object a round, with the CPU milliseconds of each side, and at last its memory.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import psutil

from benchmarks.command import ROOT
from benchmarks.guard_draft import Material, check_lines, material
from benchmarks.measuring import turns
from benchmarks.plain import Nowhere
from caveat.attestation import create_keys, load_signer
from caveat.errors import StartupError
from caveat.model import AnswerGuarded
from services.guard import engine as engines
from services.guard.__main__ import new_answer_id
from services.guard.checking import check_line
from services.guard.core import run_families, settle
from services.guard.examination import Examination, examine
from services.guard.judge import Judge
from services.guard.policy import Policy
from services.guard.policy_file import load_policy
from services.guard.settings import DEFAULT_POLICY
from services.guard.validators import FAMILIES

WHOLE, CORE, BARE, CHECK, JSON = "whole", "core", "bare", "check", "json"
_WARM = 5

Side = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Sides:
    """What is timed: the whole guard, its rules, the engine without rules, and lines."""

    policy: Policy
    given: Material
    judge: Judge
    idle: engines.GuardrailsEngine
    rows: Sequence[str]

    def all(self) -> Mapping[str, Side]:
        """Return them by name."""
        return {WHOLE: self.whole, CORE: self.core, BARE: self.bare, CHECK: self.check,
                JSON: self.only_json}  # fmt: skip

    async def whole(self) -> AnswerGuarded:
        """Judge, assemble, decide and sign."""
        return await self.judge.decide_draft(self.given.event, version=1, trace_id="0" * 32)

    async def core(self) -> object:
        """Read the draft and run the rules, without the engine."""
        return settle(run_families(self._examined()), self.policy)

    async def bare(self) -> object:
        """Run the engine with families that look at nothing."""
        return await self.idle.run(Examination(self.policy, ()))

    async def check(self) -> None:
        """Do what `caveat check` does with lines."""
        for row in self.rows:
            json.dumps(check_line(row, self.policy), ensure_ascii=False)

    async def only_json(self) -> None:
        """Read and write the same lines."""
        for row in self.rows:
            json.dumps(json.loads(row), ensure_ascii=False)

    def _examined(self) -> Examination:
        event = self.given.event
        return examine(event.draft, event.evidence, self.given.known, self.policy)


async def sides(home: Path, lines: int) -> Sides:
    """Build what is timed. Raises StartupError when the draft does not pass as it is."""
    policy = load_policy(ROOT / DEFAULT_POLICY)
    engines.silence(home / "home")
    engine, idle, given = engines.GuardrailsEngine(), _idle_engine(), material(policy)
    await engine.warm_up(policy)
    await idle.warm_up(policy)
    judge = a_judge(policy, engine, given, home)
    built = Sides(policy, given, judge, idle, check_lines(lines))
    verdict = json.loads((await built.whole()).document)["guard"]["verdict"]
    if verdict != "pass":
        # Rounds after a drop would be timed too, and the figure would be another one.
        raise StartupError(f"the draft that is timed does not pass: {verdict}")
    return built


def a_judge(policy: Policy, engine: Any, given: Material, home: Path) -> Judge:
    """Make the guard's judge over material instead of a retriever, with a store that forgets."""
    create_keys(home / "keys")
    return Judge(
        policy=policy,
        engine=engine,
        corpus=given,
        store=Nowhere(),  # type: ignore[arg-type] # deciding needs two of its methods
        signer=load_signer(home / "keys"),
        now=lambda: datetime.now(UTC),
        new_answer_id=new_answer_id,
    )


def _idle_engine() -> engines.GuardrailsEngine:
    """Make an engine with as many families, which find nothing and look at nothing."""
    nothing = dict.fromkeys(FAMILIES, lambda examination: ())
    with mock.patch.object(engines, "FAMILIES", nothing):
        return engines.GuardrailsEngine()


async def serve(rounds: int, lines: int) -> None:
    """Time every side once a round, each time beginning with another one."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the floors are for one core
    with tempfile.TemporaryDirectory(prefix="caveat-bench-") as folder:
        timed = (await sides(Path(folder), lines)).all()
        for _ in range(_WARM):
            await timed[WHOLE]()
            await timed[BARE]()
        took: dict[str, float] = {}
        for _, name in turns(tuple(timed), rounds):
            began = time.process_time()
            await timed[name]()
            took[name] = 1000 * (time.process_time() - began)
            if len(took) == len(timed):
                _say(took)
                took = {}
    _say({"rss_mb": psutil.Process().memory_info().rss / 1e6})


def _say(told: Mapping[str, float]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    import uvloop

    wanted = [int(one) for one in sys.argv[1:]]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(wanted[0], wanted[1] if len(wanted) > 1 else 100))
