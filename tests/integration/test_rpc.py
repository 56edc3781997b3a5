"""Servers and clients of the chassis over a real socket."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from caveat import errors
from caveat.chassis import tracing
from caveat.chassis.rpc import MESSAGE_LIMIT, Peer, Server, Servicer, answering
from caveat.v1 import router_service_pb2 as pb
from caveat.v1.question_pb2 import RoutedQuestion
from caveat.v1.router_service_pb2_grpc import (
    RouterServiceServicer,
    RouterServiceStub,
    add_RouterServiceServicer_to_server,
)
from tests.integration.broker import a_free_port

NAME = "caveat.v1.RouterService"


class ScriptedRouter(RouterServiceServicer):
    """Does what the text of the question says."""

    def __init__(self) -> None:
        self.metadata: list[dict[str, Any]] = []
        self.cancelled = asyncio.Event()

    async def Route(self, request: pb.RouteRequest, context: Any) -> pb.RouteResponse:  # noqa: N802
        self.metadata.append(dict(context.invocation_metadata()))
        async with answering(context, "RouterService/Route"):
            return await self._obey(json.loads(request.question.text), context)

    async def _obey(self, told: dict[str, Any], context: Any) -> pb.RouteResponse:
        if "error" in told:
            raise ERRORS[told["error"]]
        if "abort" in told:
            await context.abort(getattr(grpc.StatusCode, told["abort"]), "by hand")
        if "sleep" in told:
            try:
                await asyncio.sleep(told["sleep"])
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
        return pb.RouteResponse(question=RoutedQuestion(text="x" * told.get("size", 0)))


ERRORS: dict[str, Exception] = {
    "transient": errors.TransientError("store"),
    "upstream": errors.UpstreamUnavailable("retriever"),
    "unknown": errors.UnknownRecord("dec_7"),
    "verification": errors.VerificationFailed("no"),
    "startup": errors.PolicyMisconfigured("empty"),
    "malformed": errors.MalformedEvent("no"),
    "conflict": errors.ConflictingDraft("other"),
    "base": errors.CaveatError("?"),
    "crash": KeyError("the-canary-text-of-a-question"),
}


class Line:
    """A server, its servicer and a client of it."""

    def __init__(self) -> None:
        self.port = a_free_port()
        self.router = ScriptedRouter()
        servicer = Servicer(self.router, add_RouterServiceServicer_to_server, NAME)
        self.server = Server("127.0.0.1", self.port, [servicer])
        self.peer = Peer("router", f"127.0.0.1:{self.port}")
        self.stub = self.peer.stub(RouterServiceStub)

    async def ask(self, *, deadline: float = 5.0, padding: int = 0, **told: object) -> Any:
        question = {"text": json.dumps(told), "client": "x" * padding}
        request = pb.RouteRequest(question=question)
        return await self.peer.call(self.stub.Route, request, deadline=deadline)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    line = Line()
    await line.server.start()
    try:
        yield line
    finally:
        await line.peer.close()
        await line.server.stop()


@pytest.fixture
async def channel(line: Line) -> AsyncIterator[Any]:
    """Open a channel that knows nothing of the chassis."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{line.port}") as channel:
        yield channel


async def test_says_that_it_serves_only_when_told(line: Line, channel: Any) -> None:
    health = health_pb2_grpc.HealthStub(channel)

    async def states() -> set[int]:
        asked = [health_pb2.HealthCheckRequest(service=name) for name in ("", NAME)]
        return {(await health.Check(one)).status for one in asked}

    assert await states() == {health_pb2.HealthCheckResponse.NOT_SERVING}
    await line.server.set_serving(True)
    assert await states() == {health_pb2.HealthCheckResponse.SERVING}
    await line.server.set_serving(False)
    assert await states() == {health_pb2.HealthCheckResponse.NOT_SERVING}


async def test_answers_health_checks_while_many_watch(line: Line, channel: Any) -> None:
    health = health_pb2_grpc.HealthStub(channel)
    watches = [health.Watch(health_pb2.HealthCheckRequest(service="")) for _ in range(50)]
    firsts = [await asyncio.wait_for(anext(aiter(watch)), 5) for watch in watches]

    await line.server.set_serving(True)

    assert {first.status for first in firsts} == {health_pb2.HealthCheckResponse.NOT_SERVING}
    check = await health.Check(health_pb2.HealthCheckRequest(service=""), timeout=5)
    assert check.status == health_pb2.HealthCheckResponse.SERVING
    for watch in watches:
        second = await asyncio.wait_for(anext(aiter(watch)), 5)
        assert second.status == health_pb2.HealthCheckResponse.SERVING
        watch.cancel()


async def test_lists_its_services_by_reflection(line: Line, channel: Any) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    call = stub.ServerReflectionInfo(
        iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    )

    reply = await anext(aiter(call))

    names = {service.name for service in reply.list_services_response.service}
    assert {NAME, "grpc.health.v1.Health"} <= names


@pytest.mark.parametrize(
    ("name", "status", "raised"),
    [
        ("transient", "UNAVAILABLE", errors.UpstreamUnavailable),
        ("upstream", "UNAVAILABLE", errors.UpstreamUnavailable),
        ("unknown", "NOT_FOUND", errors.UnknownRecord),
        ("verification", "PERMISSION_DENIED", errors.VerificationFailed),
        ("startup", "FAILED_PRECONDITION", errors.UpstreamUnavailable),
        ("malformed", "INVALID_ARGUMENT", errors.PermanentError),
        ("conflict", "INVALID_ARGUMENT", errors.PermanentError),
        ("base", "INTERNAL", errors.UpstreamUnavailable),
        ("crash", "INVALID_ARGUMENT", errors.PermanentError),
    ],
)
async def test_turns_errors_into_statuses_and_back(
    line: Line, channel: Any, name: str, status: str, raised: type[Exception]
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as seen:
        await RouterServiceStub(channel).Route(  # type: ignore[no-untyped-call]
            pb.RouteRequest(question={"text": json.dumps({"error": name})})
        )
    with pytest.raises(errors.CaveatError) as caught:
        await line.ask(error=name)

    assert seen.value.code().name == status
    assert type(caught.value) is raised
    if raised is errors.UpstreamUnavailable:
        assert caught.value.peer == "router"  # type: ignore[attr-defined]


async def test_keeps_the_words_of_a_crash_to_itself(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(errors.PermanentError) as caught:
        await line.ask(error="crash")

    assert "KeyError" in str(caught.value)
    assert "the-canary" not in str(caught.value)
    assert "a servicer crashed" in caplog.messages
    assert not any("the-canary" in message for message in caplog.messages)


async def test_leaves_a_status_that_a_servicer_set_by_hand(line: Line) -> None:
    with pytest.raises(errors.UnknownRecord, match="by hand"):
        await line.ask(abort="NOT_FOUND")


async def test_says_that_a_peer_is_away_when_the_deadline_passes(line: Line) -> None:
    with pytest.raises(errors.UpstreamUnavailable, match="router is unavailable: DEADLINE"):
        await line.ask(sleep=30, deadline=0.2)

    await asyncio.wait_for(line.router.cancelled.wait(), 5)  # the servicer is told to stop


async def test_says_that_a_peer_is_away_when_nobody_listens() -> None:
    line = Line()

    with pytest.raises(errors.UpstreamUnavailable) as caught:
        await line.ask()

    assert caught.value.peer == "router"
    await line.peer.close()


async def test_finds_a_peer_that_came_back(line: Line) -> None:
    await line.ask()
    await line.server.stop()
    with pytest.raises(errors.UpstreamUnavailable):
        await line.ask()

    back = Server(
        "127.0.0.1",
        line.port,
        [Servicer(line.router, add_RouterServiceServicer_to_server, NAME)],
    )
    await back.start()
    try:
        async with asyncio.timeout(5):
            while True:
                try:
                    await line.ask()
                    break
                except errors.UpstreamUnavailable:
                    await asyncio.sleep(0.05)
    finally:
        await back.stop()


@pytest.mark.parametrize("told", [{"padding": MESSAGE_LIMIT}, {"size": MESSAGE_LIMIT}])
async def test_does_not_wait_for_a_message_that_can_never_pass(
    line: Line, told: dict[str, int]
) -> None:
    with pytest.raises(errors.OversizeEvent, match="router"):
        await line.ask(**told)


async def test_finishes_a_running_call_when_it_stops(line: Line) -> None:
    running = asyncio.create_task(line.ask(sleep=0.5))
    await asyncio.sleep(0.2)

    await line.server.stop()

    assert (await running).question.text == ""


async def test_refuses_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = Server("127.0.0.1", port, [])

        with pytest.raises(errors.DependencyMissing, match=f"127.0.0.1:{port} is taken"):
            await server.start()


async def test_carries_the_trace_to_the_server(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))

    with tracing.span("asking"):
        trace_id = tracing.current_trace_id()
        await line.ask()

    spans = {span.name: span for span in exporter.get_finished_spans()}
    client, server = spans["router/Route"], spans["RouterService/Route"]
    [metadata] = line.router.metadata
    assert metadata["traceparent"].split("-")[1] == trace_id
    assert {f"{s.context.trace_id:032x}" for s in spans.values()} == {trace_id}
    assert server.parent is not None
    assert client.context is not None
    assert server.parent.span_id == client.context.span_id
    assert (client.kind.name, server.kind.name) == ("CLIENT", "SERVER")
