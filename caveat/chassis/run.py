"""Start a service, serve its probes, stop it gracefully. Each `__main__` ends here."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, NoReturn, Protocol, TypeVar

import faust
import uvloop
from faust.app.base import BootStrategy
from mode import Service

from caveat.chassis import logs, metrics, tracing
from caveat.chassis.probes import Probes
from caveat.chassis.readiness import Readiness
from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.chassis.settings import ServiceSettings, SharedSettings, load
from caveat.chassis.stream import (
    Access,
    Delivery,
    DurableProducer,
    Handler,
    Rejected,
    StageLoop,
    access_of,
    concluded_failed,
)
from caveat.errors import DependencyMissing, StartupError
from caveat.pipeline import STAGE

log = logging.getLogger(__name__)

EX_UNAVAILABLE = 69

S = TypeVar("S", bound=ServiceSettings)


class Part(Protocol):
    """Something a service starts and stops besides its stage loop."""

    async def start(self) -> Any: ...

    async def stop(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Edges:
    """What a service hands to the chassis: handlers by topic, servicers, further parts."""

    handlers: Mapping[str, Handler] = field(default_factory=dict)
    servicers: tuple[Servicer, ...] = ()
    rejected: Rejected | None = None  # default: the question is concluded as failed
    parts: tuple[Part, ...] = ()


@dataclass(slots=True)
class Chassis:
    """What the chassis hands to a service's assembly."""

    name: str
    shared: SharedSettings
    readiness: Readiness
    access: Access
    producer: DurableProducer
    peers: list[Peer] = field(default_factory=list)

    def peer(self, name: str, address: str) -> Peer:
        """Make a gRPC client that is closed when the service stops."""
        self.peers.append(Peer(name, address))
        return self.peers[-1]


Assemble = Callable[[S, Chassis], Awaitable[Edges]]


class _WithoutKafka(BootStrategy):  # type: ignore[misc]
    """faust hosts the lifecycle only: no consumer, producer or topic of faust's own."""

    enable_kafka = False


class _App(faust.App):  # type: ignore[misc]
    BootStrategy = _WithoutKafka


class Host(Service, Generic[S]):  # type: ignore[misc]
    """Starts the parts of a service in order and stops them in reverse."""

    def __init__(
        self, name: str, settings: S, shared: SharedSettings, assemble: Assemble[S]
    ) -> None:
        super().__init__()
        self._name = name
        self._settings = settings
        self._shared = shared
        self._assemble = assemble
        self._running_parts: list[Part] = []
        self._peers: list[Peer] = []

    async def on_start(self) -> None:
        """Start everything, or exit with one clear line and status 69."""
        try:
            await self._start()
        except StartupError as error:
            _give_up(self._name, error)

    async def _start(self) -> None:
        shared, settings = self._shared, self._settings
        readiness = Readiness(self._name)
        readiness.starting(self._name)
        if shared.spans:
            tracing.start(self._name, shared.instance, make_folder(shared.home / "spans"))
        registry = metrics.registry_of(self._name)
        await self._begin(Probes(shared.host, settings.probe_port, readiness, registry))
        access = access_of(shared)
        producer = DurableProducer(access, f"{self._name}-{shared.instance}", readiness)
        chassis = Chassis(self._name, shared, readiness, access, producer, self._peers)
        edges = await self._assemble(settings, chassis)
        server = Server(shared.host, settings.grpc_port, edges.servicers)
        await self._begin(server)
        # Parts before the producer, which waits for the broker: the gateway's HTTP must say 503.
        for part in edges.parts:
            await self._begin(part)
        await self._begin(producer)
        if edges.handlers:
            rejected = edges.rejected or concluded_failed(self._name)
            delivery = Delivery(STAGE[self._name], edges.handlers, producer, readiness, rejected)
            await self._begin(
                StageLoop(
                    self._name,
                    edges.handlers,
                    delivery,
                    access=access,
                    shared=shared,
                    window=settings.window,
                    readiness=readiness,
                )
            )
        await server.set_serving(True)
        readiness.started(self._name)
        log.info("ready")

    async def _begin(self, part: Part) -> None:
        await part.start()
        self._running_parts.append(part)

    async def on_stop(self) -> None:
        """Drain the stage loop first, then stop the rest in reverse order."""
        while self._running_parts:
            await self._running_parts.pop().stop()
        for peer in self._peers:
            await peer.close()


def run(name: str, settings: type[S], assemble: Assemble[S]) -> NoReturn:
    """Run a service until SIGTERM or SIGINT. Exits 69 with one line when it cannot begin."""
    try:
        shared, own = load(SharedSettings), load(settings)
        make_folder(shared.home)
    except StartupError as error:
        _give_up(name, error)
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    app = _App(
        f"caveat-{name}",
        broker=f"aiokafka://{shared.kafka_bootstrap}",
        web_enabled=False,
        autodiscover=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        datadir=str(shared.home),
        loop=loop,
    )
    app.service(Host(name, own, shared, assemble))
    # `info` on purpose: below it faust builds every debug record to feed its spinner.
    worker = faust.Worker(
        app,
        loop=loop,
        loglevel="info",
        logging_config=logs.config(name),
        redirect_stdouts=False,
        override_logging=True,
    )
    worker.execute_from_commandline()
    raise AssertionError("the worker never returns")


def make_folder(folder: Path) -> Path:
    """Create a folder where there is none. Raises DependencyMissing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DependencyMissing(f"the folder {folder} cannot be made: {error}") from error
    return folder


def _give_up(name: str, error: StartupError) -> NoReturn:
    sys.stderr.write(f"{name} cannot start: {error}\n")
    sys.stderr.flush()
    os._exit(EX_UNAVAILABLE)
