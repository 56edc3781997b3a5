import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from caveat import attestation
from caveat.chassis.settings import load
from caveat.errors import (
    DependencyMissing,
    PermanentError,
    StartupError,
    UpstreamUnavailable,
)
from caveat.v1 import renderer_service_pb2 as pb
from services.gateway.adapters import GrpcRenderer, RememberedRenderer
from services.gateway.records import SignedAnswer
from services.gateway.serving import HttpServer
from services.gateway.settings import GatewaySettings
from tests.unit.gateway.fake_peers import FakeRenderer
from tests.unit.gateway.fakes import Away, a_signed_answer


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_serves_and_stops_and_leaves_signals_alone() -> None:
    port = a_free_port()
    handlers = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
    server = HttpServer(PlainTextResponse("here"), "127.0.0.1", port)

    await server.start()
    async with httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{port}/")
        during = [signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)]
    await server.stop()

    assert response.text == "here"
    assert "server" not in response.headers
    assert during == handlers
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_says_in_one_line_that_the_port_is_taken() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(DependencyMissing, match=f"HTTP port 127.0.0.1:{port} is taken"):
            await HttpServer(PlainTextResponse("here"), "127.0.0.1", port).start()


async def test_stops_although_it_was_never_started() -> None:
    await HttpServer(PlainTextResponse("here"), "127.0.0.1", 1).stop()


def test_reads_its_settings_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = {"HTTP_PORT": "21001", "GRPC_PORT": "21002", "PROBE_PORT": "21003"}
    peers = dict.fromkeys(("RENDERER", "RETRIEVER", "AUDITOR"), "127.0.0.1:21004")
    for name, value in {**ports, **peers}.items():
        monkeypatch.setenv(f"CAVEAT_GATEWAY_{name}", value)

    assert load(GatewaySettings).http_port == 21001
    assert load(GatewaySettings).renderer == "127.0.0.1:21004"

    monkeypatch.setenv("CAVEAT_GATEWAY_RENDERER", "nowhere")
    with pytest.raises(StartupError, match="CAVEAT_GATEWAY_RENDERER"):
        load(GatewaySettings)


def started(home: Path) -> subprocess.CompletedProcess[str]:
    """Start a gateway that cannot begin, and return what it said."""
    ports = {f"CAVEAT_GATEWAY_{n}_PORT": str(a_free_port()) for n in ("HTTP", "GRPC", "PROBE")}
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("CAVEAT_")},
        **ports,
        **{f"CAVEAT_GATEWAY_{n}": "127.0.0.1:1" for n in ("RENDERER", "RETRIEVER", "AUDITOR")},
        "CAVEAT_HOME": str(home),
    }

    return subprocess.run(
        [sys.executable, "-m", "services.gateway"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_exits_69_with_one_line_when_the_keys_are_missing(tmp_path: Path) -> None:
    done = started(tmp_path)

    assert done.returncode == 69
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("gateway cannot start: the public keys")


def test_exits_69_with_one_line_when_the_store_is_damaged(tmp_path: Path) -> None:
    attestation.create_keys(tmp_path / "keys")
    (tmp_path / "gateway").mkdir()
    (tmp_path / "gateway" / "gateway.db").write_bytes(b"\x7f" * 20_000)

    done = started(tmp_path)

    assert done.returncode == 69
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("gateway cannot start: the store sqlite:///")
    assert "gateway.db cannot be used" in last


class CountingRenderer:
    """Makes pages of some size, and counts them."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []

    async def render(self, answer: SignedAnswer, media_type: str) -> bytes:
        self.made.append((answer.sha256, media_type))
        return b"x" * 100


async def test_remembers_the_pages_that_were_used_last() -> None:
    counting = CountingRenderer()
    remembered = RememberedRenderer(counting, kept=250)
    first, second, third = (a_signed_answer(version=n) for n in (1, 2, 3))

    for answer in (first, second, first, third, first, second):
        assert await remembered.render(answer, "text/html") == b"x" * 100

    # The third drove out the second, and not the first, which was used in between.
    assert [sha256 for sha256, _ in counting.made] == [
        first.sha256, second.sha256, third.sha256, second.sha256,
    ]  # fmt: skip


async def test_remembers_nothing_of_a_renderer_that_is_away() -> None:
    world = Away("renderer")
    remembered = RememberedRenderer(FakeRenderer(world))
    world.away = True
    with pytest.raises(UpstreamUnavailable):
        await remembered.render(a_signed_answer(), "text/html")
    world.away = False

    assert b"text/html" in await remembered.render(a_signed_answer(), "text/html")
    assert b"text/markdown" in await remembered.render(a_signed_answer(), "text/markdown")


class FakePeer:
    """A renderer that says which media type it made."""

    def __init__(self, made: str) -> None:
        self.made = made
        self.requests: list[Any] = []

    def stub(self, kind: Any) -> Any:
        class Stub:
            RenderAnswer = "RenderAnswer"

        return Stub()

    async def call(self, method: Any, request: Any) -> Any:
        self.requests.append(request)
        rendering = {"media_type": self.made, "content": b"made"}
        return pb.RenderAnswerResponse(rendering=rendering)


@pytest.mark.parametrize("made", ["text/markdown", "text/markdown; charset=utf-8"])
async def test_has_the_signed_bytes_rendered(made: str) -> None:
    peer, answer = FakePeer(made), a_signed_answer()

    content = await GrpcRenderer(peer).render(answer, "text/markdown")  # type: ignore[arg-type]

    assert content == b"made"
    [request] = peer.requests
    assert (request.document, request.jws) == (answer.document, answer.jws)
    assert request.media_type == "text/markdown"


async def test_refuses_another_media_type_than_it_asked_for() -> None:
    renderer = GrpcRenderer(FakePeer("text/html"))  # type: ignore[arg-type]

    with pytest.raises(PermanentError):
        await renderer.render(a_signed_answer(), "text/markdown")
