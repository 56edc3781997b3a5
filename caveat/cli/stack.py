"""Bring the local stack up and down. The plan says what; this carries it out, in order."""

import contextlib
import fcntl
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from caveat.authority import OBSERVER
from caveat.cli import probing
from caveat.cli.broker import ROOT, LocalBroker, jar_folder
from caveat.cli.local import Local, remember, remembered
from caveat.cli.plan import BROKER, Plan, Program, plan_of
from caveat.cli.supervision import State, Supervision, await_true
from caveat.errors import DependencyMissing, UpstreamUnavailable

READY_SECONDS = 120
_BROKER_SECONDS = 60
_LAST_LINES = 12
_DEATHS = 4  # a service that died so often will not come up by waiting


Tell = Callable[[str], None]
"""Receives one line for each step."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What `up` came to."""

    plan: Plan
    changed: bool
    key_id: str


@dataclass(frozen=True, slots=True)
class Row:
    """One program as `status` shows it; memory in MiB."""

    program: str
    state: str
    pid: int
    uptime_s: int
    ready: bool
    obstacles: tuple[str, ...]
    memory_mib: int


def up(
    local: Local, environment: Mapping[str, str], *, replicas: Mapping[str, int], tell: Tell
) -> Arrival:
    """Bring the stack to what is wanted. Raises StartupError or UpstreamUnavailable."""
    from caveat.attestation import create_keys

    plan = plan_of(local, environment, python=sys.executable, replicas=replicas)
    local.home.mkdir(parents=True, exist_ok=True)
    supervision = Supervision(local.home)
    with _alone(local.home):
        running = supervision.running()
        if running and remembered(local.home) not in ("", str(local.base)):
            elsewhere = remembered(local.home)
            raise DependencyMissing(
                f"this folder's stack runs from port {elsewhere}, not {local.base};"
                " move it with: caveat down, then caveat up"
            )
        if not running and (orphans := supervision.sweep()):
            tell(f"ended what an earlier stack left running: {', '.join(orphans)}")
        _check_ports(plan, supervision.states() if running else ())
        key_id = create_keys(local.keys)
        programs = (*_broker(plan, local, tell), *plan.programs)
        supervision.write(ROOT, programs)
        remember(local)
        changed = _begin(supervision, running=running)
        _launch(plan, local, supervision, tell)
        _await_ready(plan, supervision)
    return Arrival(plan, changed, key_id)


def _broker(plan: Plan, local: Local, tell: Tell) -> tuple[Program, ...]:
    if plan.broker_ports is None:
        if not probing.answers(plan.bootstrap):
            raise UpstreamUnavailable("kafka", f"nothing answers at {plan.bootstrap}")
        return ()
    if not jar_folder().exists():
        tell("Fetching Kafka (once)")
    broker = LocalBroker(local.home / "kafka", *plan.broker_ports, local.passwords)
    broker.prepare()
    return plan.broker(tuple(broker.command()), broker.digest)


def _check_ports(plan: Plan, states: tuple[State, ...]) -> None:
    ours = {state.name for state in states}
    fresh = [program for program in plan.programs if program.name not in ours]
    ports = [port for program in fresh for port in program.ports]
    if plan.broker_ports and BROKER not in ours:
        ports += plan.broker_ports
    for port in probing.taken(sorted(ports)):
        raise DependencyMissing(f"port {port} is taken (set CAVEAT_PORT_BASE)")


def _begin(supervision: Supervision, *, running: bool) -> bool:
    if not running:
        supervision.start()
        return True
    return bool(supervision.converge())


def _launch(plan: Plan, local: Local, supervision: Supervision, tell: Tell) -> None:
    from caveat.cli import rights

    if plan.broker_ports and supervision.launch(BROKER):
        tell("Starting Kafka")
    _build_corpus(local, tell)  # while the broker starts
    if not await_true(lambda: probing.answers(plan.bootstrap), _BROKER_SECONDS):
        raise UpstreamUnavailable("kafka", _last_lines(local.home, BROKER))
    changes = rights.establish_patiently(local, seconds=_BROKER_SECONDS)
    if changes.any:
        tell(f"On Kafka: {changes}")
    if [program for program in plan.programs if supervision.launch(program.name)]:
        tell("Starting the services")


def _build_corpus(local: Local, tell: Tell) -> None:
    from services.retriever.build import build_demonstration

    if not (local.home / "corpus").exists():
        tell("Building the demonstration corpus")
    build_demonstration(local.home, ROOT / "corpus" / "notes")


def _await_ready(plan: Plan, supervision: Supervision) -> None:
    deadline = time.monotonic() + READY_SECONDS
    waiting = {program.name: program for program in plan.programs}
    pids: defaultdict[str, set[int]] = defaultdict(set)
    obstacles: dict[str, probing.Readiness] = {}
    while True:
        obstacles = probing.readiness_of(waiting.values())
        for name in [name for name, state in obstacles.items() if state.ready]:
            del waiting[name]
        if not waiting:
            return
        for state in supervision.states():
            pids[state.name].update({state.pid} - {0})
        dying = [name for name in waiting if len(pids[name]) >= _DEATHS]
        if dying or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    name = (dying or list(waiting))[0]
    why = "keeps ending" if dying else f"is not ready ({', '.join(obstacles[name].obstacles)})"
    raise DependencyMissing(f"{name} {why}: {_last_lines(plan.home, name)}")


def _last_lines(home: Path, name: str) -> str:
    path = home / "logs" / f"{name}.log"
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return f"it wrote nothing to {path}"
    return "\n  ".join([f"the last lines of {path} are", *lines[-_LAST_LINES:]])


def down(local: Local) -> list[str]:
    """Stop everything of this folder; return what ran."""
    supervision = Supervision(local.home)
    ran = list(supervision.leftovers())
    if supervision.running():
        supervision.shut_down()
    supervision.sweep()
    return ran


def status(local: Local) -> tuple[Row, ...]:
    """Look at every program. Raises UpstreamUnavailable when the stack is down."""
    states = Supervision(local.home).states()
    plan = plan_of(
        local, os.environ, python=sys.executable, replicas=_replicas({s.name for s in states})
    )
    probed = probing.readiness_of(plan.programs)
    order = {program.name: number for number, program in enumerate(plan.programs)}
    ordered = sorted(states, key=lambda state: order.get(state.name, -1))
    return tuple(_row(state, probed.get(state.name), plan) for state in ordered)


def _replicas(names: set[str]) -> dict[str, int]:
    count: defaultdict[str, int] = defaultdict(int)
    for name in names - {BROKER, OBSERVER}:
        service, _, number = name.partition("-")
        count[service] = max(count[service], int(number or 1))
    return dict(count)


def _row(state: State, told: probing.Readiness | None, plan: Plan) -> Row:
    if told is None:
        accepts = probing.answers(plan.bootstrap)
        told = probing.Readiness(accepts, () if accepts else ("does not answer",))
    trouble = (state.trouble,) if state.trouble and not state.pid else ()
    return Row(
        program=state.name,
        state=state.state,
        pid=state.pid,
        uptime_s=state.uptime,
        ready=told.ready,
        obstacles=trouble or told.obstacles,
        memory_mib=_memory(state.pid),
    )


def _memory(pid: int) -> int:
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss) >> 20 if pid else 0
    except psutil.Error:
        return 0  # it ended between the two looks


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let one `up` at a time work on a folder."""
    (home / "run").mkdir(parents=True, exist_ok=True)
    with (home / "run" / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DependencyMissing(f"another caveat up works on {home}") from error
        yield
