"""Builders of the gateway's tests: the application over fakes, and what its problems look like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

import services.gateway
from caveat import attestation, wire
from caveat.attestation import Signer
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.chassis.stream import Delivery, Message
from caveat.model import AnswerPublished, QuestionAsked
from caveat.pipeline import ANSWER_PUBLISHED, STAGE, dead_letter_topic
from services.gateway.adapters import KafkaOutbox, RelationalAnswerStore
from services.gateway.arrivals import Arrivals
from services.gateway.attested import Attestor
from services.gateway.board import Board
from services.gateway.http.application import Api
from services.gateway.http.events import Seats
from services.gateway.limiting import Limits
from services.gateway.pace import Pace
from services.gateway.pages import Site
from services.gateway.stream import AnswerReader, ProgressReader
from tests.builders import a_document
from tests.unit.gateway.fake_peers import FakeLog, FakePassages, FakeRenderer
from tests.unit.gateway.fakes import (
    ATTESTOR,
    LOG_KEYS,
    SIGNER,
    Away,
    Clock,
    FakeProducer,
    FakeStore,
    a_position,
    a_published_answer,
    a_signed_answer,
)

CANARY = "canary-words-of-a-person"
QUESTION = {"text": f"Is CAR-T available for MDS? {CANARY}", "lang": "en", "region": "US"}


SITE = Site(Path("web"))
MIGRATIONS = Path(services.gateway.__file__).parent / "migrations"


@asynccontextmanager
async def opened(
    url: str, readiness: Readiness | None = None
) -> AsyncIterator[RelationalAnswerStore]:
    """Open the gateway's store in a real database."""
    readiness = readiness or Readiness("gateway")
    store = Store(url, MIGRATIONS, name="gateway", readiness=readiness)
    await store.start()
    try:
        yield RelationalAnswerStore(store)
    finally:
        await store.stop()


@dataclass
class Gateway:
    """The application over fakes, and a client of it."""

    store: Any = field(default_factory=FakeStore)
    producer: FakeProducer = field(default_factory=FakeProducer)
    arrivals: Arrivals = field(default_factory=Arrivals)
    rendering: Away = field(default_factory=lambda: Away("renderer"))
    readiness: Readiness = field(default_factory=lambda: Readiness("gateway"))
    passages: FakePassages = field(default_factory=FakePassages)
    log: FakeLog = field(default_factory=FakeLog)
    board: Board = field(default_factory=Board)
    pace: Pace = field(default_factory=Pace)
    seats: Seats = field(default_factory=lambda: Seats(3))
    limits: Limits = field(default_factory=Limits)
    origins: tuple[str, ...] = ()
    clock: Clock = field(default_factory=Clock)
    attestor: Attestor = ATTESTOR
    renderer: Any = None  # in place of the fake one
    first_id: int = 1
    lacking: str = "text/plain"

    def __post_init__(self) -> None:
        numbers = count(self.first_id)
        self.api = Api(
            store=self.store,
            outbox=KafkaOutbox(self.producer),
            renderer=self.renderer or FakeRenderer(self.rendering, self.lacking),
            passages=self.passages,
            log=self.log,
            log_keys=LOG_KEYS,
            attestor=self.attestor,
            readiness=self.readiness,
            site=SITE,
            now=self.clock,
            entropy=lambda size: next(numbers).to_bytes(size, "big"),
            arrivals=self.arrivals,
            board=self.board,
            pace=self.pace,
            seats=self.seats,
            limits=self.limits,
            origins=self.origins,
        )
        self.app = self.api.application()
        transport = httpx.ASGITransport(self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://gateway")

    async def ask(
        self, key: str | None = None, *, headers: dict[str, str] | None = None, **fields: object
    ) -> httpx.Response:
        keyed = {"Idempotency-Key": key} if key else {}
        return await self.client.post(
            "/v1/questions", json=QUESTION | fields, headers=keyed | (headers or {})
        )

    async def read(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    async def answer(self, **changes: object) -> None:
        """Let an answer arrive, as the stream would."""
        answer = a_signed_answer(**changes)
        await self.store.add_answer(answer, a_position(), self.clock())
        self.arrivals.tell(answer.question_id)

    def asked(self) -> list[QuestionAsked]:
        return [wire.decode(QuestionAsked, value) for _, value, _, _ in self.producer.sent]


class Reading:
    """The gateway's stream edge over fakes, with the chassis's own delivery."""

    def __init__(
        self,
        store: Any = None,
        attestor: Attestor = ATTESTOR,
        readiness: Readiness | None = None,
    ) -> None:
        self.store = store or FakeStore()
        self.producer = FakeProducer()
        self.attestor = attestor
        self.arrivals = Arrivals()
        self.readiness = readiness or Readiness("gateway")
        self.board, self.pace = Board(), Pace()
        reader = self.reader = AnswerReader(self.store, attestor, self.arrivals, self.pace, Clock())
        self._delivery = Delivery(
            STAGE["gateway"],
            {ANSWER_PUBLISHED: reader.handle},
            self.producer,  # type: ignore[arg-type]
            self.readiness,
            reader.skip,
        )
        self.progress = ProgressReader(self.store, self.board, self.arrivals, Clock())

    async def read(self, message: Message) -> None:
        await self._delivery.deliver(message)

    async def next_offset(self) -> int:
        return int((await self.store.positions(ANSWER_PUBLISHED))[3].next_offset)

    def buried(self) -> list[str]:
        """List the reasons of the dead letters, after checking their form."""
        for topic, _, _, headers in self.producer.sent:
            assert topic == dead_letter_topic("gateway")
            assert headers["caveat-origin-offset"] == b"7"
        return [headers["caveat-error-reason"].decode() for *_, headers in self.producer.sent]


def signed(document: bytes, signer: Signer = SIGNER, **changes: Any) -> AnswerPublished:
    """Make a record of a document whose signature holds, whatever it is."""
    return a_published_answer(document=document, jws=signer.sign(document), **changes)


def named(signer: Signer = SIGNER, **changes: Any) -> AnswerPublished:
    """Make a record of a changed document under the usual names."""
    return signed(attestation.canonical(a_document(**changes)), signer)


def assert_problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Check the shape that every problem has, and that it quotes nothing."""
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"/problems/{slug}"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert len(str(body["trace_id"])) == 32
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert CANARY not in response.text
    return body
