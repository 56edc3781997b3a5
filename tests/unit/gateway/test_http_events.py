import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from caveat import attestation
from caveat.chassis import metrics
from caveat.model import ProgressMade
from services.gateway import telling
from services.gateway.http.events import Events, EventStream, Seats
from services.gateway.serving import HttpServer
from services.gateway.stream import ProgressReader
from tests.unit.gateway.builders import Gateway, holds_problem
from tests.unit.gateway.fakes import NOON, OTHER_ID, VERIFIER, a_message
from tests.unit.gateway.grpc_peers import a_free_port

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Listening:
    """The gateway behind a real socket, and what a question's listener reads."""

    def __init__(self, gateway: Gateway, port: int) -> None:
        self.gateway = gateway
        self.port = port
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}")
        self.progress = ProgressReader(
            gateway.store, gateway.board, gateway.arrivals, gateway.clock
        )

    async def ask(self) -> str:
        return str((await self.gateway.ask()).json()["id"])

    async def complete(self, question_id: str, stage: str, seq: int, **counts: int) -> None:
        """Let a stage tell of its step, as the stream would."""
        event = ProgressMade(question_id, stage, seq, NOON, counts)
        headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01".encode()}
        await self.progress.apply(a_message(event, headers=headers))

    async def events(self, question_id: str, query: str = "", **headers: str) -> list[Any]:
        """Read to the end, as an EventSource does."""
        response = await self.client.get(
            f"/v1/questions/{question_id}/events{query}", headers=headers
        )
        assert response.status_code == 200, response.text
        assert response.headers["Content-Type"] == "text/event-stream"
        return read_events(response.text)


def read_events(text: str) -> list[Any]:
    read = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "data" in fields:
            data = json.loads(fields["data"])
            assert data["seq"] == int(fields["id"])
            read.append((fields["event"], data))
    return read


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


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - a value is all there is
            await asyncio.sleep(0.01)


def listeners() -> float:
    return float(metrics.sse_clients._value.get())


async def test_tells_everything_once_and_ends_with_an_answer_that_verifies(
    listening: Listening,
) -> None:
    question_id = await listening.ask()
    reading = asyncio.create_task(listening.events(question_id))
    await until(lambda: question_id in listening.gateway.arrivals._waiting)
    await listening.complete(question_id, "router", 1)
    await listening.complete(question_id, "retriever", 2, found=14, kept=6)
    await listening.complete(question_id, "retriever", 2, found=14, kept=6)
    await listening.gateway.answer(question_id=question_id)

    events = await reading

    assert [(name, data["seq"]) for name, data in events] == [
        ("question.accepted", 0),
        *(("step.completed", n) for n in range(1, 6)),
        ("answer.completed", telling.LAST),
    ]
    assert events[2][1]["label"] == "Looked in trusted sources: 14 found, 6 kept"
    assert len({data["trace_id"] for _, data in events}) == 1
    envelope = events[-1][1]
    content = attestation.canonical(envelope["answer"])
    assert VERIFIER.verify_answer(content, envelope["attestation"]["jws"])
    await until(lambda: listeners() == 0)
    assert listening.gateway.arrivals._waiting == {}


@pytest.mark.parametrize("place", ["header", "query"])
async def test_goes_on_where_the_client_left_also_on_another_gateway(
    listening: Listening, place: str
) -> None:
    question_id = await listening.ask()
    await listening.gateway.answer(question_id=question_id)
    listening.gateway.board._heard.clear()  # as after a restart

    if place == "header":
        # What the browser adds is newer than the address that it was given.
        events = await listening.events(question_id, "?after=0", **{"Last-Event-ID": "3"})
    else:
        events = await listening.events(question_id, "?after=3")

    assert [data["seq"] for _, data in events] == [4, 5, 6]


async def test_stops_a_client_that_has_everything(gateway: Gateway) -> None:
    question_id = (await gateway.ask()).json()["id"]
    await gateway.answer(question_id=question_id)

    response = await gateway.read(f"/v1/questions/{question_id}/events", Last_Event_ID="6")

    assert (response.status_code, response.content) == (204, b"")


async def test_begins_with_how_to_come_back_and_is_not_kept(listening: Listening) -> None:
    question_id = await listening.ask()
    path = f"/v1/questions/{question_id}/events"
    async with listening.client.stream("GET", path) as response:
        first = await anext(response.aiter_text())

    assert first.startswith("retry: 3000\n\n")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert "content-length" not in response.headers
    await until(lambda: listeners() == 0)  # a client that vanished holds nothing
    assert listening.gateway.arrivals._waiting == {}


@pytest.mark.parametrize("query", ["?after=x", "?after=-1", "?after=1&after=2", "?after="])
async def test_refuses_an_id_that_was_never_sent(gateway: Gateway, query: str) -> None:
    question_id = (await gateway.ask()).json()["id"]

    response = await gateway.read(f"/v1/questions/{question_id}/events{query}")

    holds_problem(response, 400, "invalid-request")


@pytest.mark.parametrize("name", [OTHER_ID, "x", "%00"])
async def test_knows_no_other_question(gateway: Gateway, name: str) -> None:
    holds_problem(await gateway.read(f"/v1/questions/{name}/events"), 404, "not-found")


async def test_tells_no_words_but_a_problem_when_the_answer_does_not_verify(
    gateway: Gateway,
) -> None:
    question_id = (await gateway.ask()).json()["id"]
    await gateway.answer(question_id=question_id, jws="a..b")

    response = await gateway.read(f"/v1/questions/{question_id}/events")

    holds_problem(response, 500, "unverified-answer")


async def test_answers_head_without_taking_a_seat(gateway: Gateway) -> None:
    question_id = (await gateway.ask()).json()["id"]

    response = await gateway.client.head(f"/v1/questions/{question_id}/events")

    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["Content-Type"] == "text/event-stream"


# --- what listeners cost -------------------------------------------------------------------------


async def test_has_so_many_seats_and_no_more(listening: Listening) -> None:
    question_id = await listening.ask()
    path = f"/v1/questions/{question_id}/events"
    reading = [asyncio.create_task(listening.events(question_id)) for _ in range(3)]
    await until(lambda: listeners() == 3)

    refused = await listening.client.get(path)
    await listening.gateway.answer(question_id=question_id)
    await asyncio.gather(*reading)
    again = await listening.client.get(path)

    holds_problem(refused, 503, "overloaded")
    assert int(refused.headers["Retry-After"]) > 0
    assert again.status_code == 200


async def test_a_stopping_gateway_ends_every_stream_and_begins_none(listening: Listening) -> None:
    question_id = await listening.ask()
    reading = asyncio.create_task(listening.events(question_id))
    await until(lambda: listeners() == 1)

    await listening.gateway.arrivals.stop()
    events = await reading
    late = await listening.client.get(f"/v1/questions/{question_id}/events")

    assert [name for name, _ in events] == ["question.accepted"]
    holds_problem(late, 503, "overloaded")


async def test_breaks_off_when_the_store_goes_away(listening: Listening) -> None:
    question_id = await listening.ask()
    reading = asyncio.create_task(listening.events(question_id))
    await until(lambda: listeners() == 1)

    listening.gateway.store.world.away = True
    listening.gateway.arrivals.tell_progress(question_id)
    events = await reading

    assert [name for name, _ in events] == ["question.accepted"]
    await until(lambda: listeners() == 0)


def events_of(gateway: Gateway, keep_alive: float) -> Events:
    api = gateway.api
    return Events(
        api.store, api.showing, api.arrivals, api.board, api.pace, api.seats, api.now, keep_alive
    )


async def test_keeps_a_quiet_connection_alive(gateway: Gateway) -> None:
    question_id = (await gateway.ask()).json()["id"]
    chunks = events_of(gateway, keep_alive=0.01)._chunks(question_id, -1)

    read = [await anext(chunks) for _ in range(4)]
    await chunks.aclose()  # type: ignore[attr-defined]

    assert read[0] == b"retry: 3000\n\n"
    assert read[1].startswith(b"id: 0\n")
    assert read[2:] == [b": keep-alive\n\n"] * 2
    assert gateway.arrivals._waiting == {}


class Pipe:
    """A connection whose other end decides what happens."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.taken: list[Any] = []
        self.left = asyncio.Event()
        self.full = asyncio.Event()

    async def receive(self) -> Any:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if len(self.taken) == self.takes:
            self.full.set()
            await asyncio.Event().wait()
        self.taken.append(message)


class Source:
    """Chunks without an end, which are counted and closed."""

    def __init__(self) -> None:
        self.made = 0
        self.closed = False

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            while True:
                self.made += 1
                yield b"x"
        finally:
            self.closed = True


@pytest.mark.parametrize("leaves", [True, False])
async def test_makes_nothing_for_a_client_that_takes_nothing_and_lets_it_go(leaves: bool) -> None:
    pipe, source, seats = Pipe(takes=3), Source(), Seats(1)
    patience = 60.0 if leaves else 0.01
    stream = EventStream(source.chunks(), {}, seats.taken(), patience)

    serving = asyncio.create_task(stream({"type": "http"}, pipe.receive, pipe.send))
    await pipe.full.wait()
    made = source.made
    if leaves:
        pipe.left.set()
    await serving

    assert made == source.made == 3  # two taken after the start, one in hand
    assert source.closed
    assert seats.are_left
    assert listeners() == 0


async def test_a_crash_while_sending_is_told_to_the_server_and_frees_the_seat() -> None:
    async def crash() -> AsyncIterator[bytes]:
        yield b"x"
        raise ZeroDivisionError

    pipe, seats = Pipe(takes=9), Seats(1)
    stream = EventStream(crash(), {}, seats.taken(), 1.0)

    with pytest.raises(ZeroDivisionError):
        await stream({"type": "http"}, pipe.receive, pipe.send)

    assert seats.are_left
