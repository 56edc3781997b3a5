"""One auditor works at a time: a second process waits, not ready, until the first is gone."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caveat.attestation import create_keys

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Auditor:
    """The service as a process, with nobody to talk to."""

    def __init__(self, home: Path, url: str, instance: str) -> None:
        self.probes = free_port()
        self.log = (home / f"{instance}.log").open("wb")
        environment = {
            **os.environ,
            "CAVEAT_HOME": str(home),
            "CAVEAT_INSTANCE": instance,
            "CAVEAT_SPANS": "false",
            "CAVEAT_KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}",
            "CAVEAT_AUDITOR_GRPC_PORT": str(free_port()),
            "CAVEAT_AUDITOR_PROBE_PORT": str(self.probes),
            "CAVEAT_AUDITOR_GUARD": f"127.0.0.1:{free_port()}",
            "CAVEAT_AUDITOR_STORE": url,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services.auditor"], cwd=ROOT, env=environment,
            stdout=self.log, stderr=self.log,
        )  # fmt: skip

    def obstacles(self) -> list[str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.probes}/readyz", timeout=2) as got:
                told: Any = json.load(got)
        except urllib.error.HTTPError as error:
            with error:
                told = json.load(error)
        except OSError:
            return ["not up"]
        return [str(one) for one in told["obstacles"]]

    def until(self, wanted: str, *, there: bool) -> None:
        deadline = time.monotonic() + 40
        while any(wanted in one for one in self.obstacles()) != there or self.is_starting():
            assert time.monotonic() < deadline, self.obstacles()
            assert self.process.poll() is None
            time.sleep(0.1)

    def is_starting(self) -> bool:
        return self.obstacles() == ["not up"]

    def end(self, how: int = signal.SIGKILL) -> None:
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(20)
        self.log.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys")
    return tmp_path


@pytest.fixture
def started(home: Path, store_url: str) -> Iterator[Any]:
    running: list[Auditor] = []

    def start(instance: str) -> Auditor:
        running.append(Auditor(home, store_url, instance))
        return running[-1]

    yield start
    for one in running:
        one.end()


def test_a_second_auditor_waits_until_the_first_is_gone(started: Any) -> None:
    first = started("first")
    first.until("waiting:kafka", there=True)  # its store, its place and its log are its own by now
    second = started("second")
    second.until("waiting:another-auditor", there=True)

    first.end()

    second.until("waiting:kafka", there=True)
    assert "waiting:another-auditor" not in second.obstacles()
