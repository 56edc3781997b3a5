"""A client that listens to events, as it gets them from a real server."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx

from caveat.chassis import metrics
from caveat.model import ProgressMade
from services.gateway.stream import ProgressReader
from tests.unit.gateway.builders import Gateway
from tests.unit.gateway.fakes import NOON, a_message

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


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - a value is all there is
            await asyncio.sleep(0.01)


def listeners() -> float:
    return float(metrics.sse_clients._value.get())
