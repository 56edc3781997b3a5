"""A real Kafka for the integration tests, with users and rights as `caveat up` makes them."""

import contextlib
import socket
import subprocess
import time
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from caveat.authority import ADMIN, Grant
from caveat.chassis.stream import Access
from caveat.cli.access import options
from caveat.cli.broker import LocalBroker
from caveat.cli.local import Local
from caveat.cli.probing import taken
from caveat.pipeline import PROGRESS_MADE, QUESTION_CONCLUDED, TopicSpec
from tests.integration.clients import PARTITIONS

with warnings.catch_warnings():
    # kafka-python 3.0.12 reads its schemas with a deprecated function when it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from caveat.cli.rights import apply_rights, apply_users
    from caveat.cli.topics import apply

HOUR_MS = 3_600_000
SHARED_TOPICS = (
    TopicSpec(QUESTION_CONCLUDED, PARTITIONS, HOUR_MS),
    TopicSpec(PROGRESS_MADE, 1, HOUR_MS),
)


def a_free_port() -> int:
    """Ask the system for a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    """A real Kafka in a temporary folder that can be killed and brought back."""

    def __init__(self, folder: Path) -> None:
        port = a_free_port()
        while taken([port + 1]):
            port = a_free_port()
        # A folder and a port base as `caveat up` would have them: the command line works on it.
        self.local = Local(folder, port - 92, "", "")
        self._local = LocalBroker(folder / "kafka", port, port + 1, self.local.passwords)
        self._log = folder / "broker.log"
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return self._local.bootstrap

    def options(self, principal: str = ADMIN) -> dict[str, Any]:
        """Return aiokafka's connection options for a principal."""
        return {k: v for k, v in options(self.local, principal).items() if "timeout" not in k}

    def access(self, principal: str) -> Access:
        """Return what a service is told of Kafka."""
        password = (self.local.passwords / principal).read_text()
        return Access(self.bootstrap, "sasl_plaintext", principal, password)

    def start(self) -> None:
        """Start it and return when it accepts topics."""
        self._local.prepare()
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(self._local.command(), stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self._listens():
            assert self._running.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, f"no broker after 60 s: {self._log.read_text()}"
            time.sleep(0.1)
        self.make_topics(SHARED_TOPICS)

    def make_topics(self, wanted: Iterable[TopicSpec]) -> None:
        """Make topics that are missing."""
        apply(options(self.local, ADMIN), wanted)

    def admit(self, principal: str, wanted: Iterable[Grant]) -> None:
        """Make a user with these rights and no other."""
        apply_users(options(self.local, ADMIN), self.local.passwords, [principal])
        self.grant(principal, wanted)

    def grant(self, principal: str, wanted: Iterable[Grant]) -> None:
        """Give a user these rights and take away what else it has."""
        apply_rights(options(self.local, ADMIN), wanted, [principal])

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._local.port)) == 0

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """Kill it for the time of a block."""
        self.kill()
        try:
            yield
        finally:
            self.start()
