import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from caveat import wire
from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.errors import PermanentError, UpstreamUnavailable
from caveat.model import Disposition, Intent, QuestionAsked, RoutedQuestion
from caveat.v1 import router_service_pb2 as pb
from caveat.v1.router_service_pb2_grpc import (
    RouterServiceStub,
    add_RouterServiceServicer_to_server,
)
from services.router.rpc import RouterServicer
from services.router.stream import Router
from tests.unit.router.fakes import NOON, FakeDetector, FakeScreening, a_question


@pytest.fixture
def screening() -> FakeScreening:
    return FakeScreening()


@pytest.fixture
async def peer(screening: FakeScreening) -> AsyncIterator[Peer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servicer = Servicer(
        RouterServicer(Router(screening, FakeDetector(), lambda: NOON)),
        add_RouterServiceServicer_to_server,
        "caveat.v1.RouterService",
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("router", f"127.0.0.1:{port}")
    yield peer
    await peer.close()
    await server.stop()


async def route(peer: Peer, event: QuestionAsked) -> RoutedQuestion:
    request: Any = pb.RouteRequest(question=wire.to_proto(event))
    reply = await peer.call(peer.stub(RouterServiceStub).Route, request)
    return wire.from_proto(RoutedQuestion, reply.question)


async def test_routes_a_question(peer: Peer, screening: FakeScreening) -> None:
    screening.disposition = Disposition.REFRAME

    question = await route(peer, a_question("Should I take azacitidine? me@example.org"))

    assert question.text == "Should I take azacitidine? [email]"
    assert question.redacted
    assert question.disposition is Disposition.REFRAME
    assert question.intent is Intent.TREATMENT


async def test_tells_the_caller_that_a_question_is_invalid(peer: Peer) -> None:
    with pytest.raises(PermanentError, match="invalid_question: a question has 3 to 4096"):
        await route(peer, a_question("ab"))


async def test_tells_the_caller_that_the_guard_is_away(
    peer: Peer, screening: FakeScreening
) -> None:
    screening.away = True

    with pytest.raises(UpstreamUnavailable):
        await route(peer, a_question())
