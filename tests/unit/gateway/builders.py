"""Builders of the gateway's tests: the application over fakes, and what its problems look like."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from caveat import wire
from caveat.chassis.readiness import Readiness
from caveat.model import QuestionAsked
from services.gateway.adapters import KafkaOutbox
from services.gateway.arrivals import Arrivals
from services.gateway.http import Api
from services.gateway.intake import Intake
from tests.unit.gateway.fakes import (
    A_PAGE,
    JWKS,
    Away,
    Clock,
    FakeProducer,
    FakeRenderer,
    FakeStore,
    a_position,
    a_signed_answer,
)

CANARY = "canary-words-of-a-person"
QUESTION = {"text": f"Is CAR-T available for MDS? {CANARY}", "lang": "en", "region": "US"}


@dataclass
class Gateway:
    """The application over fakes, and a client of it."""

    store: FakeStore = field(default_factory=FakeStore)
    producer: FakeProducer = field(default_factory=FakeProducer)
    arrivals: Arrivals = field(default_factory=Arrivals)
    rendering: Away = field(default_factory=lambda: Away("renderer"))
    readiness: Readiness = field(default_factory=lambda: Readiness("gateway"))
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        numbers = iter(range(1, 1000))
        api = Api(
            store=self.store,
            intake=Intake(
                self.store,
                KafkaOutbox(self.producer),
                now=self.clock,
                entropy=lambda size: next(numbers).to_bytes(size, "big"),
            ),
            arrivals=self.arrivals,
            renderer=FakeRenderer(self.rendering),
            readiness=self.readiness,
            jwks=JWKS,
        )
        transport = httpx.ASGITransport(api.application())
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
        await self.store.add_answer(answer, (A_PAGE,), a_position(), self.clock())
        self.arrivals.tell(answer.question_id)

    def asked(self) -> list[QuestionAsked]:
        return [wire.decode(QuestionAsked, value) for _, value, _, _ in self.producer.sent]


def holds_problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
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
