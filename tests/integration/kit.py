"""What the integration tests hold in their hands: workers, and a stage under test."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from aiokafka import ConsumerRecord

from caveat.authority import grants_of
from caveat.cli.broker import ROOT
from caveat.pipeline import QUESTION_CONCLUDED, Stage, TopicSpec, dead_letter_topic
from tests.builders import a_question_id
from tests.integration.broker import HOUR_MS, Broker, a_free_port
from tests.integration.clients import PARTITIONS, Kafka, key_of
from tests.integration.worker import contract_of, entry_of, outlet_of

SESSION_MS = 6_000


async def until(condition: Callable[[], Any], *, seconds: float, what: Callable[[], str]) -> None:
    """Wait for a condition, and fail with what was there instead."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what()}"
        await asyncio.sleep(0.05)


class Worker:
    """A stage in a process of its own."""

    def __init__(self, stage: str, broker: Broker, home: Path, instance: str, **extra: str) -> None:
        self._probe_port = a_free_port()
        self._log = home / f"{stage}-{instance}.log"
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("CAVEAT_")},
            "CAVEAT_KAFKA_BOOTSTRAP": broker.bootstrap,
            "CAVEAT_KAFKA_USER": stage,
            "CAVEAT_KAFKA_PASSWORD_FILE": str(broker.local.passwords / stage),
            "CAVEAT_HOME": str(home),
            "CAVEAT_INSTANCE": instance,
            "CAVEAT_SESSION_MS": str(SESSION_MS),
            "CAVEAT_WORKER_GRPC_PORT": str(a_free_port()),
            "CAVEAT_WORKER_PROBE_PORT": str(self._probe_port),
            **extra,
        }
        home.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.worker", stage],
                stdout=log, stderr=log, env=environment, cwd=ROOT,
            )  # fmt: skip

    def log(self) -> str:
        return self._log.read_text()

    def exit_code(self) -> int | None:
        return self._running.poll()

    def obstacles(self) -> tuple[str, ...]:
        """Ask /readyz; empty means ready."""
        try:
            with urllib.request.urlopen(self._url("readyz"), timeout=5) as reply:  # noqa: S310
                return tuple(json.load(reply)["obstacles"])
        except urllib.error.HTTPError as error:
            with error:
                return tuple(json.load(error)["obstacles"])
        except OSError:
            return ("starting:probes",)

    def metrics(self) -> str:
        with urllib.request.urlopen(self._url("metrics"), timeout=5) as reply:  # noqa: S310
            return str(reply.read().decode())

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._probe_port}/{path}"

    async def ready(self, seconds: float = 30) -> None:
        """Return when it says that it is ready."""
        deadline = time.monotonic() + seconds
        while obstacles := await asyncio.to_thread(self.obstacles):
            assert self.exit_code() is None, self.log()
            assert time.monotonic() < deadline, f"{obstacles} after {seconds} s: {self.log()}"
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        """End it as the kernel would: no handler runs."""
        if self._running.poll() is None:
            self._running.kill()
        self._running.wait()

    async def terminate(self, seconds: float = 25) -> int:
        """Ask it to stop, and return its exit code."""
        self._running.send_signal(signal.SIGTERM)
        await until(
            lambda: self.exit_code() is not None,
            seconds=seconds,
            what=lambda: f"the worker is still running: {self.log()}",
        )
        return self._running.wait()


class StageUnderTest:
    """A stage with topics, group, dead letters and a user of its own."""

    def __init__(self, name: str, broker: Broker, home: Path) -> None:
        self.name = name
        self.home = home
        self.kafka = Kafka(broker.options())
        self.entry, self.outlet, self.contract = entry_of(name), outlet_of(name), contract_of(name)
        self.dead_letters = dead_letter_topic(name)
        contract = Stage(
            name, (self.entry, self.contract), (self.outlet, QUESTION_CONCLUDED), step="screen"
        )
        self.grants = frozenset(grants_of(contract))
        self.broker = broker
        self._workers: list[Worker] = []

    def make_topics(self) -> None:
        hot = (self.entry, self.outlet, self.contract)
        specs = [TopicSpec(topic, PARTITIONS, HOUR_MS) for topic in hot]
        self.broker.make_topics([*specs, TopicSpec(self.dead_letters, 1, HOUR_MS)])

    def spawn(self, instance: str = "1", **extra: object) -> Worker:
        """Start a worker and do not wait for it; keywords become its environment."""
        environment = {f"CAVEAT_{name.upper()}": str(value) for name, value in extra.items()}
        worker = Worker(self.name, self.broker, self.home, instance, **environment)
        self._workers.append(worker)
        return worker

    async def start(self, instance: str = "1", **extra: object) -> Worker:
        """Start a worker and wait until it is ready."""
        worker = self.spawn(instance, **extra)
        await worker.ready()
        return worker

    def end(self) -> None:
        """Kill whatever still runs."""
        for worker in self._workers:
            worker.kill()

    def logs(self) -> str:
        return "\n".join(worker.log()[-4000:] for worker in self._workers)

    # --- what goes in ---

    async def send(
        self,
        *told: Mapping[str, object],
        partition: int | None = None,
        headers: Mapping[str, bytes] | None = None,
    ) -> list[str]:
        """Put one message a mapping on the entry topic; return their keys."""
        keys = [a_question_id() for _ in told]
        async with self.kafka.producer() as producer:
            sent = [
                await producer.send(
                    self.entry, json.dumps(one).encode(), key=key.encode(), partition=partition,
                    headers=list((headers or {}).items()),
                )
                for key, one in zip(keys, told, strict=True)
            ]  # fmt: skip
            await asyncio.gather(*sent)
        return keys

    # --- what comes out ---

    async def outputs(self, keys: Iterable[str], *, seconds: float = 30) -> Counter[str]:
        """Wait until every key has an output; return how often each one has."""
        wanted = set(keys)
        await self.kafka.read(
            self.outlet,
            enough=lambda records: wanted <= {key_of(r) for r in records},
            seconds=seconds,
            explain=self.logs,
        )
        await asyncio.sleep(0.3)  # a duplicate that follows at once is counted too
        return Counter(key_of(r) for r in await self.kafka.all(self.outlet))

    async def buried(self, count: int, *, seconds: float = 20) -> list[ConsumerRecord]:
        """Wait for that many dead letters, and see that there are no more."""
        await self.kafka.read(
            self.dead_letters,
            enough=lambda records: len(records) >= count,
            seconds=seconds,
            explain=self.logs,
        )
        found = await self.kafka.all(self.dead_letters)
        assert len(found) == count, self.logs()
        return found

    async def concluded(self, keys: Iterable[str], *, seconds: float = 10) -> list[ConsumerRecord]:
        """Wait until each key is concluded; return the conclusions of these keys."""
        wanted = set(keys)
        records = await self.kafka.read(
            QUESTION_CONCLUDED,
            enough=lambda found: wanted <= {key_of(r) for r in found},
            seconds=seconds,
            explain=self.logs,
        )
        return [r for r in records if key_of(r) in wanted]

    async def committed(self) -> dict[int, int]:
        return await self.kafka.committed(f"caveat-{self.name}", self.entry)

    async def all_committed(self, total: int, *, seconds: float = 5) -> None:
        """Wait until that many messages are acknowledged."""
        deadline = time.monotonic() + seconds
        while (done := sum((await self.committed()).values())) != total:
            assert time.monotonic() < deadline, f"{done} of {total} acknowledged: {self.logs()}"
            await asyncio.sleep(0.1)
