"""The gateway that the tests ask over HTTP, and the one that reads Kafka."""

from collections.abc import AsyncIterator

import pytest

from caveat.chassis.stream import follow
from services.gateway.serving import HttpServer
from tests.unit.gateway.brokers import FakeBroker, FakeConsumer
from tests.unit.gateway.builders import Gateway, Reading
from tests.unit.gateway.grpc_peers import a_free_port
from tests.unit.gateway.listening import Listening


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    async with made.client:
        yield made


@pytest.fixture
def reading() -> Reading:
    return Reading()


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> FakeBroker:
    made = FakeBroker()
    monkeypatch.setattr(follow, "AIOKafkaConsumer", lambda **options: FakeConsumer(made, **options))
    monkeypatch.setattr(follow, "_FIRST_DELAY", 0.005)
    made.add(0)
    return made


@pytest.fixture
async def listening(gateway: Gateway) -> AsyncIterator[Listening]:
    port = a_free_port()
    server = HttpServer(gateway.app, "127.0.0.1", port)
    await server.start()
    made = Listening(gateway, port)
    async with made.client:
        yield made
    await gateway.arrivals.stop()
    await server.stop()
