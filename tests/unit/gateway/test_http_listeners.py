"""What listening to events costs, and that nobody holds on to it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.gateway.http.events import Events, EventStream, Seats
from services.gateway.showing import Places, Showing
from tests.unit.gateway.builders import Gateway, assert_problem
from tests.unit.gateway.listening import Listening, listeners, until


async def test_has_so_many_seats_and_no_more(listening: Listening) -> None:
    question_id = await listening.ask()
    path = f"/v1/questions/{question_id}/events"
    reading = [asyncio.create_task(listening.events(question_id)) for _ in range(3)]
    await until(lambda: listeners() == 3)

    refused = await listening.client.get(path)
    await listening.gateway.answer(question_id=question_id)
    await asyncio.gather(*reading)
    again = await listening.client.get(path)

    assert_problem(refused, 503, "overloaded")
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
    assert_problem(late, 503, "overloaded")


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
    showing = Showing(api.store, api.attestor, Places(api.log))
    return Events(
        api.store, showing, api.arrivals, api.board, api.pace, api.seats, api.now, keep_alive
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
