"""The guard's whole running process talks to its peers and to nobody else.

What Python itself opens is caught by an audit hook, however short it lives; what gRPC and uvloop
open beneath it is seen from outside, by looking at the process again and again.
"""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from caveat.cli.plan import HOST, Program, grpc_port
from caveat.cli.probing import readiness
from tests.e2e.asking import Asking
from tests.e2e.conftest import Stack
from tests.e2e.test_faults import away

# Found on PYTHONPATH before anything of ours or of guardrails is imported.
HOOK = """
import json, os, sys

def _told(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        place = arguments[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        place = [arguments[0], 0]
    else:
        return
    with open(os.environ["OUTSIDE"], "a") as file:
        file.write(json.dumps([event, place], default=str) + "\\n")

sys.addaudithook(_told)
"""
TEXTS = (
    "What are the symptoms of MDS?",
    "Should I take azacitidine for my MDS?",
    "I want to end my life",
    "How is a cataract removed?",
)


class Watch:
    """Looks at the sockets of a process and its children until it is told to stop."""

    def __init__(self, pid: int) -> None:
        self.remote: set[tuple[str, int]] = set()
        self.local: set[tuple[str, int]] = set()
        self.looks = 0
        self._process = psutil.Process(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            for process in self._family():
                try:
                    self._note(process.net_connections(kind="inet"))
                except psutil.Error:
                    continue  # it has just ended
            self.looks += 1

    def _family(self) -> list[psutil.Process]:
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _note(self, sockets: list[Any]) -> None:
        listening = {s.laddr.port for s in sockets if s.status == psutil.CONN_LISTEN}
        self.local |= {_place(s.laddr) for s in sockets if s.laddr and not s.raddr}
        self.remote |= {
            _place(s.raddr)
            for s in sockets
            if s.raddr and s.laddr.port not in listening  # else somebody came to us
        }


def _place(address: Any) -> tuple[str, int]:
    """Name an address; gRPC takes sockets of IPv6 for IPv4, too."""
    return address.ip.removeprefix("::ffff:"), address.port


@pytest.fixture
def program(stack: Stack) -> Program:
    return next(p for p in stack.plan.services if p.name == "guard")


@pytest.fixture
def guard(stack: Stack, program: Program, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The stack's guard, started as the stack starts it, with the hook before everything."""
    hook, told = tmp_path / "hook", tmp_path / "outside"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK)
    told.touch()
    path = os.pathsep.join(filter(None, (str(hook), os.environ.get("PYTHONPATH"))))
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("CAVEAT_")},
        **program.environment, "PYTHONPATH": path, "OUTSIDE": str(told),
    }  # fmt: skip
    with away(stack, "guard"):
        running = subprocess.Popen(
            program.command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        try:
            yield running
        finally:
            running.terminate()
            running.wait(30)
    until_it_is_ready(program)


def until_it_is_ready(program: Program) -> None:
    deadline = time.monotonic() + 60
    while not readiness(program.probe_port).ready:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_running_guard_has_no_socket_but_to_its_peers(
    stack: Stack, program: Program, guard: subprocess.Popen[bytes], tmp_path: Path
):
    asking, watch = Asking(stack), Watch(guard.pid)
    try:
        until_it_is_ready(program)
        for text in TEXTS:
            asking.answer(text)
        time.sleep(1)  # spans and progress are written in batches
    finally:
        watch.stop()
    guard.terminate()  # whoever counts in secret often tells it at the end
    guard.wait(30)

    assert stack.plan.broker_ports
    kafka, retriever, generator = (
        (HOST, stack.plan.broker_ports[0]),
        (HOST, grpc_port(stack.plan.base, "retriever")),
        (HOST, grpc_port(stack.plan.base, "generator")),
    )
    assert {kafka, retriever} <= watch.remote <= {kafka, retriever, generator}
    assert {place for place in watch.local if place[1]} == {(HOST, port) for port in program.ports}
    assert watch.looks > 100
    told = [json.loads(line) for line in (tmp_path / "outside").read_text().splitlines()]
    assert [one for one in told if one[1][0] not in (HOST, None)] == []
    ports = {one[1][1] for one in told if one[0] == "socket.connect"}
    assert ports <= {kafka[1], retriever[1], generator[1]}
