"""The links of a chain: five processes of one kind, each from one topic to the next."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.command import ROOT, bare_environment
from benchmarks.stack import cpu_of
from caveat.pipeline import Stage
from tests.integration.broker import Broker, a_free_port

STAGES = 5
BARE, CHASSIS, LIGHT, QUIX = "bare aiokafka", "chassis", "chassis, light", "Quix Streams"


def topics_of(kind: str) -> tuple[str, ...]:
    """Name the topics of a chain, from its entry to its end."""
    short = kind.lower().replace(" ", "-").replace(",", "")
    return tuple(f"caveat.chain.{short}-{number}.v1" for number in range(STAGES + 1))


def stages_of(kind: str) -> tuple[Stage, ...]:
    """Describe the stages of a chain; light ones have no step, and so no progress."""
    topics = topics_of(kind)
    step = "" if kind == LIGHT else "screen"
    short = "light" if kind == LIGHT else "link"
    return tuple(
        Stage(f"{short}{number}", (topics[number],), (topics[number + 1],), step=step, seq=1)
        for number in range(STAGES)
    )


class Chain:
    """Five running processes."""

    def __init__(self, kind: str, broker: Broker, folder: Path, quix: str) -> None:
        folder.mkdir(parents=True)
        self._running = [_start(kind, number, broker, folder, quix) for number in range(STAGES)]

    def cpu(self) -> float:
        """Tell how many CPU seconds all of them have used."""
        return sum(cpu_of(running.pid) for running in self._running)

    def end(self) -> None:
        """End them."""
        for running in self._running:
            running.kill()
        for running in self._running:
            running.wait()


def _start(
    kind: str, number: int, broker: Broker, folder: Path, quix: str
) -> "subprocess.Popen[bytes]":
    entry, outlet = topics_of(kind)[number : number + 2]
    if kind in (CHASSIS, LIGHT):
        command = [sys.executable, "-m", "benchmarks.chain_stage", kind, str(number)]
        environment = _service(stages_of(kind)[number].name, broker, folder, kind)
    else:
        program = "chain_quix.py" if kind == QUIX else "chain_bare.py"
        python = quix if kind == QUIX else sys.executable
        path = str(ROOT / "benchmarks" / program)
        command = [python, path, entry, outlet, json.dumps(_told(broker))]
        environment = bare_environment()
    with (folder / f"{number}.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - the arguments are ours
            command, stdout=log, stderr=log, cwd=ROOT, env=environment
        )


def _told(broker: Broker) -> dict[str, str]:
    """Tell a program without the chassis how to sign in."""
    options = broker.options()
    return {"servers": broker.bootstrap, "mechanism": options["sasl_mechanism"],
            "user": options["sasl_plain_username"],
            "password": options["sasl_plain_password"]}  # fmt: skip


def _service(name: str, broker: Broker, folder: Path, kind: str) -> dict[str, str]:
    return {
        **bare_environment(),
        "MALLOC_ARENA_MAX": "2",
        "CAVEAT_KAFKA_BOOTSTRAP": broker.bootstrap,
        "CAVEAT_KAFKA_USER": name,
        "CAVEAT_KAFKA_PASSWORD_FILE": str(broker.local.passwords / name),
        "CAVEAT_HOME": str(folder),
        "CAVEAT_SPANS": str(kind != LIGHT).lower(),
        "CAVEAT_LINK_GRPC_PORT": str(a_free_port()),
        "CAVEAT_LINK_PROBE_PORT": str(a_free_port()),
        "PATH": os.environ["PATH"],
    }
