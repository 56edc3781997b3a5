"""Run the stack's programs under supervisord, and end what is left over.

A program is known by the pid that it left in HOME/run together with our folder in its
environment, never by its name.
"""

import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caveat.cli.channel import UnixTransport
from caveat.cli.plan import BROKER, Program
from caveat.cli.programs import STOP_SECONDS, config_of, script_of, socket_of
from caveat.errors import DependencyMissing, UpstreamUnavailable

_NOT_RUNNING, _ALREADY_STARTED = 70, 60  # faults of supervisord


@dataclass(frozen=True, slots=True)
class State:
    """A program as supervisord sees it; `pid` is 0 when it does not run."""

    name: str
    state: str
    pid: int
    uptime: int
    trouble: str


class Supervision:
    """The supervisord of one home folder."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._run = home / "run"
        self._transport = UnixTransport(str(socket_of(home)))

    def running(self) -> bool:
        """Tell whether supervisord answers."""
        try:
            self._call("getState")
        except UpstreamUnavailable:
            return False
        return True

    def write(self, root: Path, programs: Sequence[Program]) -> None:
        """Write the configuration and the scripts."""
        config = config_of(self._home, root, programs)
        for folder in (self._run, self._home / "logs"):
            folder.mkdir(parents=True, exist_ok=True)
        for program in programs:
            self._write_private(f"{program.name}.sh", script_of(program, self._run))
        self._write_private("supervisord.conf", config)

    def _write_private(self, name: str, text: str) -> None:
        # A setting may be a secret.
        with open(os.open(self._run / name, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.truncate()
            file.write(text)

    def start(self) -> None:
        """Start supervisord as a daemon. Raises DependencyMissing."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("CAVEAT_")}
        command = [sys.executable, "-m", "supervisor.supervisord", "-c"]
        try:
            subprocess.run(  # noqa: S603 - the arguments are ours
                [*command, str(self._run / "supervisord.conf")],
                check=True,
                capture_output=True,
                text=True,
                timeout=30,
                env=inherited | {"CAVEAT_HOME": str(self._home)},
            )
        except subprocess.SubprocessError as error:
            detail = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1:]
            raise DependencyMissing(f"supervisord did not start: {' '.join(detail)}") from error
        if not await_true(self.running, 10):
            raise DependencyMissing(f"supervisord does not answer; see {self._home}/logs")

    def converge(self) -> list[str]:
        """Make a running supervisord take the configuration; return what was changed."""
        [[added, changed, removed]] = self._call("reloadConfig")
        self.stop([*changed, *removed])
        for name in (*changed, *removed):
            self._call("removeProcessGroup", name)
        for name in (*added, *changed):
            self._call("addProcessGroup", name)
        return [*added, *changed, *removed]

    def launch(self, name: str) -> bool:
        """Start a program, and tell whether it did not run before."""
        try:
            self._call("startProcess", name, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != _ALREADY_STARTED:
                raise DependencyMissing(f"{name} did not start: {fault.faultString}") from fault
            return False
        return True

    def states(self) -> tuple[State, ...]:
        """List the programs. Raises UpstreamUnavailable when supervisord is away."""
        return tuple(
            State(
                name=str(found["name"]),
                state=str(found["statename"]).lower(),
                pid=int(found["pid"]),
                uptime=int(found["now"]) - int(found["start"]) if found["pid"] else 0,
                trouble=str(found["spawnerr"]),
            )
            for found in self._call("getAllProcessInfo")
        )

    def stop(self, names: Iterable[str]) -> None:
        """Stop programs, all at once, and wait until they are gone."""
        wanted = frozenset(names)
        for name in wanted:
            try:
                self._call("stopProcess", name, False)
            except xmlrpc.client.Fault as fault:
                if fault.faultCode != _NOT_RUNNING:
                    raise UpstreamUnavailable("supervisord", fault.faultString) from fault
        await_true(
            lambda: not any(s.name in wanted and s.pid for s in self.states()), STOP_SECONDS + 5
        )

    def shut_down(self) -> None:
        """Stop the services, then the broker, then supervisord; what does not answer is swept."""
        ours = self.leftovers().values()
        try:
            self.stop(state.name for state in self.states() if state.name != BROKER)
            self.stop([BROKER] if BROKER in {s.name for s in self.states()} else [])
            self._call("shutdown")
        except UpstreamUnavailable:
            return  # `sweep` ends what it left behind
        # By pid and not by file: supervisord removes its file before it ends.
        await_true(lambda: not any(map(self._is_ours, ours)), 10)

    def leftovers(self) -> dict[str, int]:
        """Find the processes of this folder by their pid files."""
        found = {path.stem: _pid_in(path) for path in sorted(self._run.glob("*.pid"))}
        return {name: pid for name, pid in found.items() if self._is_ours(pid)}

    def sweep(self) -> list[str]:
        """End what a killed supervisord left running, and remove stale files."""
        orphans = self.leftovers()
        # supervisord first, or it would restart the others; the broker last.
        last = ("supervisord", BROKER)
        order = [name for name in last[:1] if name in orphans]
        services = [name for name in orphans if name not in last]
        for names in (order, services, [name for name in last[1:] if name in orphans]):
            self._end({name: orphans[name] for name in names})
        for path in (*self._run.glob("*.pid"), socket_of(self._home)):
            path.unlink(missing_ok=True)
        return list(orphans)

    def _end(self, pids: dict[str, int]) -> None:
        for name, pid in pids.items():
            # supervisord would answer TERM by stopping the others one after another.
            _signal(pid, signal.SIGKILL if name == "supervisord" else signal.SIGTERM)
        gone = await_true(lambda: not any(map(self._is_ours, pids.values())), STOP_SECONDS)
        for pid in () if gone else filter(self._is_ours, pids.values()):
            _signal(pid, signal.SIGKILL)
            await_true(lambda pid=pid: not self._is_ours(pid), 5)  # type: ignore[misc]

    def _is_ours(self, pid: int) -> bool:
        import psutil

        try:
            found = psutil.Process(pid)
            alive = found.status() != psutil.STATUS_ZOMBIE
            return alive and found.environ().get("CAVEAT_HOME") == str(self._home)
        except (psutil.Error, ValueError, OSError):
            return False

    def _call(self, method: str, *arguments: object) -> Any:
        proxy = xmlrpc.client.ServerProxy("http://localhost", transport=self._transport)
        try:
            return getattr(proxy.supervisor, method)(*arguments)
        except (OSError, xmlrpc.client.ProtocolError) as error:
            raise UpstreamUnavailable("the stack", "caveat up starts it") from error
        finally:
            self._transport.close()


def await_true(condition: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Ask again and again until a condition holds; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(pause)
    return holds


def _pid_in(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return -1  # the pid of nothing


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        group = os.getpgid(pid)
        # supervisord gives each program a group of its own; never signal anybody else's.
        if group == pid:
            os.killpg(group, number)
        else:
            os.kill(pid, number)
    except ProcessLookupError:
        return  # it is gone, which is what was wanted
