"""A real stack of its own to measure: Kafka and the seven services, in a temporary folder."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from benchmarks.command import bare_environment
from benchmarks.measuring import Busy, busy_seconds
from caveat.cli.local import Local, local_of
from caveat.cli.plan import HOST, Plan, plan_of
from caveat.cli.probing import taken
from caveat.cli.stack import down
from caveat.cli.supervision import Supervision
from caveat.errors import StartupError, UpstreamUnavailable

QUESTIONS = tuple((Path(__file__).parent / "questions.txt").read_text().splitlines())
_LONGEST_WAIT = 60  # seconds
_ATTEMPTS = 3
_IDLE = 2.0  # seconds; the gateway closes connections that rest longer than five


@dataclass(slots=True)
class Stack:
    """A running stack and one client of it, which keeps its connection open."""

    local: Local
    plan: Plan
    environment: Mapping[str, str]
    _connection: HTTPConnection | None = field(default=None, init=False)
    _used: float = field(default=0.0, init=False)

    @property
    def home(self) -> Path:
        """Its folder."""
        return self.local.home

    def ask(self, text: str) -> tuple[float, dict[str, Any]]:
        """Post a question and wait for its answer; return the seconds and the signed document.

        Raises UpstreamUnavailable when no answer came with the reply.
        """
        body = json.dumps({"text": text}).encode()
        headers = {"Content-Type": "application/json", "Prefer": f"wait={_LONGEST_WAIT}"}
        self._connect()
        began = time.perf_counter()
        status, told = self._request("POST", "/v1/questions", body, headers)
        took = time.perf_counter() - began
        if status != 200:
            raise UpstreamUnavailable("gateway", f"{status} for {text!r}")
        return took, json.loads(told)["answer"]

    def get(self, path: str) -> float:
        """Get a page and return the seconds that it took."""
        self._connect()
        began = time.perf_counter()
        self._request("GET", path, None, {})
        return time.perf_counter() - began

    def _connect(self) -> None:
        """Have a connection that is open: connecting is not what is measured."""
        if self._connection is None or time.monotonic() - self._used > _IDLE:
            self._connection = HTTPConnection(HOST, self.plan.base, timeout=2 * _LONGEST_WAIT)
            self._connection.connect()

    def _request(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        assert self._connection is not None  # noqa: S101 - `_connect` came before
        self._connection.request(method, path, body, dict(headers))
        reply = self._connection.getresponse()
        told = reply.read()
        self._used = time.monotonic()
        return reply.status, told

    # --- what it costs ---

    def pids(self) -> dict[str, int]:
        """Name the process of every program."""
        return {state.name: state.pid for state in Supervision(self.home).states()}

    def cpu(self) -> dict[str, float]:
        """Tell how many CPU seconds each program has used since its start."""
        return {name: cpu_of(pid) for name, pid in self.pids().items()}

    def span_lines(self) -> Iterator[str]:
        """Read the spans that the services have written."""
        time.sleep(1.5)  # they are written twice a second
        for path in sorted((self.home / "spans").glob("*.jsonl")):
            with path.open() as lines:
                yield from lines


def cpu_of(pid: int) -> float:
    """Tell how many CPU seconds a process has used."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def a_home() -> Iterator[Path]:
    """Make a folder for a stack, end whatever runs from it, and remove it."""
    with tempfile.TemporaryDirectory(prefix="caveat-bench-") as folder:
        try:
            yield Path(folder)
        finally:
            down(local_of({"CAVEAT_HOME": folder}))


@contextmanager
def a_stack(warm_up: int = 8) -> Iterator[Stack]:
    """Bring up a stack and ask it some questions, so that nothing is done for the first time."""
    with a_home() as home:
        stack = prepared(home)
        _bring_up_patiently(stack)
        for text in QUESTIONS[-warm_up:] if warm_up else ():
            stack.ask(text)
        yield stack


def _bring_up_patiently(stack: Stack) -> None:
    """Bring a stack up on a machine that may be busy with something else: `up` goes on waiting."""
    for attempt in range(_ATTEMPTS):
        try:
            bring_up(stack)
        except StartupError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def prepared(home: Path) -> Stack:
    """Work out a stack that does not run yet."""
    base = os.environ.get("CAVEAT_PORT_BASE") or str(free_base())
    environment = bare_environment() | {"CAVEAT_HOME": str(home), "CAVEAT_PORT_BASE": base}
    local = local_of(environment)
    return Stack(local, plan_of(local, environment, python=sys.executable), environment)


def bring_up(stack: Stack) -> float:
    """Run `caveat up`; return its seconds. Raises StartupError with what it complains of."""
    command = [sys.executable, "-c", "from caveat.cli.main import main; main()", "up", "--json"]
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - the arguments are ours
        command, env=dict(stack.environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StartupError(f"caveat up: {done.stderr.strip()}")
    return time.perf_counter() - began


def free_base() -> int:
    """Find a port base that nothing uses, below the ports that the system hands out itself."""
    for base in random.sample(range(22_000, 32_000, 100), 100):
        plan = plan_of(local_of({"CAVEAT_PORT_BASE": str(base)}), {}, python="python")
        ports = [port for program in plan.services for port in program.ports]
        if not taken([*ports, *(plan.broker_ports or ())]):
            return base
    raise StartupError("no free port base was found; set CAVEAT_PORT_BASE")


class Watch:
    """Tells how busy the machine was meanwhile, and how much of that was not the stack's."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._began = time.perf_counter()
        self._all, self._ours = busy_seconds(), self._own()

    def _own(self) -> float:
        times = os.times()
        return sum(self._stack.cpu().values()) + times.user + times.system

    def look(self, others: float = 0.0) -> Busy:
        """Look once; `others` are CPU seconds of further processes that we started."""
        return Busy(
            time.perf_counter() - self._began,
            psutil.cpu_count() or 1,
            busy_seconds() - self._all,
            self._own() - self._ours + others,
        )
