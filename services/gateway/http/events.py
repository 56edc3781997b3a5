"""Server-sent events: what happens to a question, as it happens, until its answer is there."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from caveat.chassis import metrics
from caveat.chassis.stream import is_question_id
from caveat.errors import CaveatError
from services.gateway import problems, telling
from services.gateway.arrivals import Arrivals
from services.gateway.board import Board
from services.gateway.contract.operations import Call, Reply, operation, parameter, ref
from services.gateway.core import Fault
from services.gateway.http import replies
from services.gateway.http.replies import NO_STORE
from services.gateway.pace import Pace
from services.gateway.ports import AnswerStore
from services.gateway.showing import Showing
from services.gateway.telling import Account

log = logging.getLogger(__name__)

EVENT_STREAM = "text/event-stream"
LONGEST = 600.0  # seconds of one connection; the client comes back where it was


class Seats:
    """How many clients may listen at once: each holds a connection and a task."""

    def __init__(self, seats: int) -> None:
        self._free = seats

    @contextmanager
    def taken(self) -> Any:
        """Hold a seat; there must be one."""
        self._free -= 1
        metrics.sse_clients.inc()
        try:
            yield
        finally:
            self._free += 1
            metrics.sse_clients.dec()

    @property
    def are_left(self) -> bool:
        """Whether one more client may listen."""
        return self._free > 0


@dataclass(frozen=True, slots=True)
class Events:
    """Tells what happens to questions."""

    store: AnswerStore
    showing: Showing
    arrivals: Arrivals
    board: Board
    pace: Pace
    seats: Seats
    now: Callable[[], datetime]
    keep_alive: float = 15.0  # seconds
    patience: float = 20.0  # seconds for a client to take what was sent

    async def events(self, request: Request, question_id: str) -> Response:
        """Tell what has happened and what happens next; 204 when the client knows it all."""
        after = _after(request)
        if isinstance(after, Fault):
            return replies.invalid(request, after)
        account = await self._account(question_id) if is_question_id(question_id) else None
        if account is None:
            return replies.not_found(request, "no question has this id")
        if account.answer is not None and after >= telling.LAST:
            return Response(status_code=204, headers=NO_STORE)
        if self.arrivals.closed or not self.seats.are_left:
            return problems.overloaded(request)
        headers = {**NO_STORE, "X-Accel-Buffering": "no", "Content-Type": EVENT_STREAM}
        if request.method == "HEAD":
            return Response(headers=headers)
        chunks = self._chunks(question_id, after)
        return EventStream(chunks, headers, self.seats.taken(), self.patience)

    async def _chunks(self, question_id: str, after: int) -> AsyncIterator[bytes]:
        yield telling.RETRY
        ends_at = asyncio.get_running_loop().time() + LONGEST
        with self.arrivals.expecting(question_id) as expectation:
            while (account := await self._account(question_id)) is not None:
                for event in telling.events_after(account, after):
                    after = event.seq
                    yield event.content
                if account.answer is not None or self.arrivals.closed:
                    return
                if asyncio.get_running_loop().time() > ends_at:
                    return
                if not await expectation.hear(self.keep_alive):
                    yield telling.KEEP_ALIVE

    async def _account(self, question_id: str) -> Account | None:
        progress = await self.store.progress(question_id)
        if progress is None or not progress.accepted:
            return None
        answer = await self.showing.find(question_id) if progress.outcome else None
        left = self.pace.left(progress.asked_at, self.now())
        return Account(progress, self.board.heard(question_id), answer, left)


def _after(request: Request) -> int | Fault:
    """Read after which rank to go on; the header is newer than the address that it comes with."""
    headers = request.headers.getlist("Last-Event-ID")
    queries = request.query_params.getlist("after")
    told = [telling.read_seq(text) for text in (*headers, *queries)]
    if None in told or len(headers) > 1 or len(queries) > 1:
        return Fault("", "Last-Event-ID, after: must be the id of an event, once")
    return next((seq for seq in told if seq is not None), -1)


class EventStream(Response):
    """Sends what comes until it ends, or the client has gone, or does not take what is sent.

    Only one chunk is ever in hand, and none is made before the one before it was taken.
    """

    def __init__(
        self,
        chunks: AsyncIterator[bytes],
        headers: dict[str, str],
        seat: AbstractContextManager[None],
        patience: float,
    ) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._chunks = chunks
        self._seat = seat
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until there is nothing more to send, or nobody to send it to."""
        with self._seat:
            sending = asyncio.create_task(self._send(send))
            leaving = asyncio.create_task(_gone(receive))
            try:
                await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (sending, leaving):
                    task.cancel()
                await asyncio.gather(sending, leaving, return_exceptions=True)
                await self._chunks.aclose()  # type: ignore[attr-defined]
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        try:
            async for chunk in self._chunks:
                async with asyncio.timeout(self._patience):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError:
            log.info("a client took nothing")
            return
        except CaveatError as error:
            # Told as it is when the client comes back: a problem cannot follow what was sent.
            log.warning("broke off events", extra={"error": type(error).__name__})
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


_LAST_EVENT_ID = parameter(
    "header",
    "Last-Event-ID",
    {"type": "string", "pattern": "^[0-9]{1,9}$"},
    "The id of the last event that the client has; browsers send it by themselves.",
)
_AFTER = parameter(
    "query",
    "after",
    {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    "The same for clients that cannot set a header.",
)

CALLS = (
    Call(
        "GET",
        "/v1/questions/{question_id}/events",
        "events",
        operation(
            "Listen to what happens to a question",
            tag="questions",
            description="Exactly one `question.accepted`, some `step.completed`, and exactly one of"
            " `answer.completed`, `answer.refused`, `answer.insufficient` and `answer.failed`,"
            " whose data is the envelope of the answer besides. The server then closes, and so must"
            " the client, which is told 204 when it comes back. No event carries a draft.",
            parameters=(_LAST_EVENT_ID, _AFTER),
            replies={
                200: Reply("Events.", {EVENT_STREAM: ref("Event")}),
                204: Reply("Everything was told already: do not come back."),
            },
            problems=(problems.INVALID_REQUEST, problems.NOT_FOUND),
        ),
    ),
)
