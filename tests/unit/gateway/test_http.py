import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from caveat import attestation, wire
from caveat.chassis import metrics, tracing
from caveat.chassis.readiness import Readiness
from caveat.chassis.stream import is_question_id
from caveat.model import QuestionAsked
from caveat.pipeline import QUESTION_ASKED
from services.gateway import core, middleware
from services.gateway.adapters import KafkaOutbox
from services.gateway.arrivals import Arrivals
from services.gateway.http import Api
from services.gateway.intake import Intake
from tests.unit.gateway.fakes import (
    A_PAGE,
    ANSWER_ID,
    JWKS,
    NOON,
    OTHER_ID,
    QUESTION_ID,
    SIGNER,
    VERIFIER,
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


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    async with made.client:
        yield made


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


# --- asking ---


async def test_accepts_a_question_once_it_is_durable(gateway: Gateway) -> None:
    before = metrics.questions_accepted._value.get()

    response = await gateway.ask()

    assert response.status_code == 202
    body = response.json()
    assert is_question_id(body["id"])
    assert body == {
        "id": body["id"],
        "status": "accepted",
        "notice": core.NOTICE,
        "links": {"self": f"/v1/questions/{body['id']}", "answer": None},
    }
    assert response.headers["Location"] == f"/v1/questions/{body['id']}"
    assert response.headers["Retry-After"] == "1"
    assert response.headers["Cache-Control"] == "no-store"
    [(topic, _, key, headers)] = gateway.producer.sent
    assert (topic, key) == (QUESTION_ASKED, body["id"].encode())
    assert headers["ce_source"] == b"/caveat/gateway"
    [asked] = gateway.asked()
    assert asked == QuestionAsked(
        body["id"],
        QUESTION["text"],
        "en",
        "US",
        "patient",
        "http",
        gateway.clock.at.replace(second=1),
    )
    assert metrics.questions_accepted._value.get() == before + 1


async def test_gives_every_question_without_a_key_an_id_of_its_own(gateway: Gateway) -> None:
    ids = {(await gateway.ask()).json()["id"] for _ in range(3)}

    assert len(ids) == 3


async def test_never_keeps_the_words_of_a_question(gateway: Gateway) -> None:
    await gateway.ask(key=CANARY)

    assert CANARY not in repr(vars(gateway.store))


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"{", {}),
        (b"\xff", {}),
        (b"", {}),
        (json.dumps({"text": CANARY + "\x00"}).encode(), {}),
        (json.dumps({"text": CANARY, CANARY: 1}).encode(), {}),
        (json.dumps({"text": [CANARY]}).encode(), {}),
        (b'{"text": "abc"}', {"Content-Type": "text/plain"}),
        (b'{"text": "abc"}', {"Idempotency-Key": ""}),
        (b'{"text": "abc"}', {"Idempotency-Key": "a b"}),
        (b'{"text": "abc"}', {"Idempotency-Key": "k" * 256}),
    ],
)
async def test_refuses_what_is_not_a_question(
    gateway: Gateway, content: bytes, headers: dict[str, str]
) -> None:
    response = await gateway.client.post("/v1/questions", content=content, headers=headers)

    body = holds_problem(response, 400, "invalid-request")
    [fault] = body["errors"]
    assert set(fault) == {"pointer", "detail"}
    assert gateway.producer.sent == []
    assert gateway.store.questions == {}


async def test_refuses_two_keys(gateway: Gateway) -> None:
    response = await gateway.client.post(
        "/v1/questions",
        json=QUESTION,
        headers=[("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
    )

    holds_problem(response, 400, "invalid-request")


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"text": CANARY * 200}).encode(),
        json.dumps({"text": CANARY * 4000}).encode(),
        b"x" * 5_000_000,
    ],
)
async def test_refuses_a_question_that_is_too_long(gateway: Gateway, content: bytes) -> None:
    response = await gateway.client.post("/v1/questions", content=content)

    holds_problem(response, 413, "question-too-long")
    assert gateway.producer.sent == []


async def test_never_reads_more_of_a_body_than_the_limit(gateway: Gateway) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 10_000

    response = await gateway.client.post("/v1/questions", content=endless())

    holds_problem(response, 413, "question-too-long")
    assert read < 10


# --- asking again ---


async def test_replays_the_response_of_a_key(gateway: Gateway) -> None:
    first = await gateway.ask(key="k1")
    again = await gateway.ask(key="k1")

    assert again.status_code == 202
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(gateway.producer.sent) == 1


async def test_refuses_a_key_for_another_question(gateway: Gateway) -> None:
    await gateway.ask(key="k1")
    response = await gateway.ask(key="k1", lang="es")

    holds_problem(response, 422, "idempotency-mismatch")
    assert len(gateway.producer.sent) == 1


async def test_refuses_a_key_whose_first_request_is_still_running(gateway: Gateway) -> None:
    gateway.producer.held = asyncio.Event()
    first = asyncio.create_task(gateway.ask(key="k1"))
    await asyncio.sleep(0.02)

    same, other = await gateway.ask(key="k1"), await gateway.ask(key="k1", lang="es")
    gateway.producer.held.set()

    holds_problem(same, 409, "idempotency-conflict")
    assert same.headers["Retry-After"] == "1"
    holds_problem(other, 422, "idempotency-mismatch")
    assert (await first).status_code == 202
    assert (await gateway.ask(key="k1")).headers["Idempotency-Replayed"] == "true"


async def test_sends_the_same_question_again_after_kafka_was_away(gateway: Gateway) -> None:
    gateway.producer.world.away = True
    refused = await gateway.ask(key="k1")
    [reserved] = gateway.store.questions
    hidden = await gateway.read(f"/v1/questions/{reserved}")
    gateway.producer.world.away = False

    accepted = await gateway.ask(key="k1")

    body = holds_problem(refused, 503, "overloaded")
    assert body["notice"] == core.NOTICE
    assert int(refused.headers["Retry-After"]) > 0
    holds_problem(hidden, 404, "not-found")
    assert accepted.status_code == 202
    assert accepted.json()["id"] == reserved
    assert "Idempotency-Replayed" not in accepted.headers
    [asked] = gateway.asked()
    assert asked.question_id == reserved
    assert asked.asked_at == gateway.store.questions[reserved].asked_at


async def test_accepts_nothing_while_the_store_is_away(gateway: Gateway) -> None:
    gateway.store.world.away = True

    body = holds_problem(await gateway.ask(), 503, "overloaded")

    assert body["notice"] == core.NOTICE
    assert gateway.producer.sent == []
    holds_problem(await gateway.read(f"/v1/questions/{QUESTION_ID}"), 503, "overloaded")
    holds_problem(await gateway.read(f"/v1/answers/{ANSWER_ID}"), 503, "overloaded")


# --- waiting for the answer ---


async def test_returns_the_answer_when_it_comes_in_time(gateway: Gateway) -> None:
    asking = asyncio.create_task(gateway.ask(key="k1", headers={"Prefer": "wait=30"}))
    await asyncio.sleep(0.05)
    [asked] = gateway.asked()
    assert not asking.done()

    await gateway.answer(question_id=asked.question_id)
    response = await asking
    replayed = await gateway.ask(key="k1", headers={"Prefer": "wait=30"})

    assert response.status_code == 200
    assert response.json()["answer"]["question_id"] == asked.question_id
    assert response.headers["Preference-Applied"] == "wait=30"
    assert response.headers["Content-Location"] == f"/v1/answers/{ANSWER_ID}"
    assert (replayed.status_code, replayed.content) == (200, response.content)
    assert gateway.arrivals._waiting == {}


async def test_returns_the_acceptance_when_the_time_is_over(gateway: Gateway) -> None:
    response = await gateway.ask(headers={"Prefer": "wait=1"})

    assert response.status_code == 202
    assert response.json()["notice"] == core.NOTICE
    assert gateway.arrivals._waiting == {}


async def test_holds_nobody_up_when_the_service_stops(gateway: Gateway) -> None:
    asking = asyncio.create_task(gateway.ask(headers={"Prefer": "wait=30"}))
    await asyncio.sleep(0.02)

    await gateway.arrivals.stop()
    late = await gateway.ask(headers={"Prefer": "wait=30"})

    assert (await asking).status_code == late.status_code == 202


# --- following ---


async def test_tells_how_far_a_question_has_come(gateway: Gateway) -> None:
    question_id = (await gateway.ask()).json()["id"]
    accepted = await gateway.read(f"/v1/questions/{question_id}")
    await gateway.store.note_progress(question_id, 2, gateway.clock())
    running = await gateway.read(f"/v1/questions/{question_id}")
    await gateway.answer(question_id=question_id, outcome="refused")
    done = await gateway.read(f"/v1/questions/{question_id}")

    assert accepted.json() == {
        "id": question_id,
        "status": "accepted",
        "outcome": None,
        "asked_at": "2026-11-22T12:00:01.000Z",
        "updated_at": "2026-11-22T12:00:02.000Z",
        "links": {"self": f"/v1/questions/{question_id}", "answer": None},
    }
    assert running.json()["status"] == "drafting"
    assert running.headers["Retry-After"] == "1"
    assert running.headers["Cache-Control"] == "no-store"
    assert (done.json()["status"], done.json()["outcome"]) == ("done", "refused")
    assert done.json()["links"]["answer"] == f"/v1/answers/{ANSWER_ID}"
    assert "Retry-After" not in done.headers
    assert len({r.headers["ETag"] for r in (accepted, running, done)}) == 3


async def test_sends_a_status_only_when_it_has_changed(gateway: Gateway) -> None:
    path = (await gateway.ask()).headers["Location"]
    tag = (await gateway.read(path)).headers["ETag"]

    same = await gateway.read(path, If_None_Match=tag)
    await gateway.store.note_progress(path.rsplit("/", 1)[1], 1, NOON)
    changed = await gateway.read(path, If_None_Match=tag)

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == tag
    assert changed.status_code == 200


@pytest.mark.parametrize("name", [OTHER_ID, "x", "..%2F..", OTHER_ID.upper(), "%00", "a" * 5000])
async def test_knows_no_question_of_another_id(gateway: Gateway, name: str) -> None:
    holds_problem(await gateway.read(f"/v1/questions/{name}"), 404, "not-found")


# --- answers ---


async def test_serves_the_signed_bytes_as_they_are(gateway: Gateway) -> None:
    await gateway.answer()
    signed = a_signed_answer()

    for name in (ANSWER_ID, QUESTION_ID):
        response = await gateway.read(f"/v1/answers/{name}")

        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        assert response.headers["ETag"] == f'"{signed.sha256}"'
        assert response.headers["Vary"] == "Accept"
        assert signed.document in response.content
        around = response.json()
        document = attestation.canonical(around["answer"])
        assert VERIFIER.verify(document, around["attestation"]["jws"]) == SIGNER.key_id
        assert attestation.sha256_hex(document) == around["attestation"]["payload_sha256"]


async def test_serves_a_stored_presentation(gateway: Gateway) -> None:
    await gateway.answer()

    response = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept="text/html,*/*;q=0.8")

    assert response.content == A_PAGE.content
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert gateway.rendering.calls == 0
    tag = response.headers["ETag"]
    again = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept="text/html", If_None_Match=tag)
    assert again.status_code == 304


async def test_has_a_presentation_made_that_is_not_stored(gateway: Gateway) -> None:
    await gateway.answer()
    links = (await gateway.read(f"/v1/answers/{ANSWER_ID}")).json()["links"]

    by_accept = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept="text/markdown")
    by_link = await gateway.read(links["markdown"], Accept="text/html")

    assert by_accept.text == by_link.text == f"rendered text/markdown of {ANSWER_ID}"
    assert by_accept.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert by_accept.headers["ETag"] == by_link.headers["ETag"]


async def test_asks_to_come_back_while_the_renderer_is_away(gateway: Gateway) -> None:
    await gateway.answer()
    gateway.rendering.away = True

    refused = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept="text/markdown")

    holds_problem(refused, 503, "overloaded")
    assert (await gateway.read(f"/v1/answers/{ANSWER_ID}")).status_code == 200


@pytest.mark.parametrize(
    ("accept", "available"),
    [
        ("image/png", ["application/json", "text/html", "text/markdown", "text/plain"]),
        ("text/plain", ["application/json", "text/html"]),  # the fake renderer has no plain text
    ],
)
async def test_lists_the_presentations_when_none_is_acceptable(
    gateway: Gateway, accept: str, available: list[str]
) -> None:
    await gateway.answer()

    response = await gateway.read(f"/v1/answers/{ANSWER_ID}", Accept=accept)

    assert holds_problem(response, 406, "not-acceptable")["available"] == available


async def test_serves_the_version_that_is_asked_for(gateway: Gateway) -> None:
    await gateway.answer()
    await gateway.answer(version=2)

    newest = await gateway.read(f"/v1/answers/{ANSWER_ID}")
    oldest = await gateway.read(f"/v1/answers/{ANSWER_ID}?version=1")

    assert newest.json()["answer"]["version"] == 2
    assert newest.json()["lifecycle"]["state"] == "current"
    assert oldest.json()["answer"]["version"] == 1
    assert oldest.json()["lifecycle"]["state"] == "superseded"
    holds_problem(await gateway.read(f"/v1/answers/{ANSWER_ID}?version=3"), 404, "not-found")


@pytest.mark.parametrize(
    "query", ["version=0", "version=x", "version=", "version=-1", "version=99999999", "format=pdf"]
)
async def test_refuses_queries_that_make_no_sense(gateway: Gateway, query: str) -> None:
    response = await gateway.read(f"/v1/answers/{ANSWER_ID}?{query}")

    holds_problem(response, 400, "invalid-request")


@pytest.mark.parametrize("name", ["ans_unknown", OTHER_ID, "'; DROP TABLE answers", "%F0%9F"])
async def test_knows_no_answer_of_another_id(gateway: Gateway, name: str) -> None:
    holds_problem(await gateway.read(f"/v1/answers/{name}"), 404, "not-found")


# --- the rest ---


async def test_serves_the_public_keys(gateway: Gateway) -> None:
    response = await gateway.read("/.well-known/jwks.json")

    assert response.json() == JWKS
    assert "max-age" in response.headers["Cache-Control"]


async def test_is_live_and_tells_whether_it_is_ready(gateway: Gateway) -> None:
    live, ready = await gateway.read("/livez"), await gateway.read("/readyz")
    with gateway.readiness.waiting_for("kafka"):
        waiting, alive = await gateway.read("/readyz"), await gateway.read("/livez")

    assert live.status_code == alive.status_code == 200
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "obstacles": []})
    assert (waiting.status_code, waiting.json()["obstacles"]) == (503, ["waiting:kafka"])


async def test_tells_its_version_and_its_interface(gateway: Gateway) -> None:
    version, interface = await gateway.read("/version"), await gateway.read("/openapi.json")

    assert version.json()["service"] == "gateway"
    assert interface.json()["openapi"].startswith("3.1")
    assert set(interface.json()["paths"]) >= {
        "/v1/questions", "/v1/questions/{question_id}", "/v1/answers/{name}",
    }  # fmt: skip


async def test_answers_unknown_paths_and_methods_with_problems(gateway: Gateway) -> None:
    holds_problem(await gateway.read("/nowhere"), 404, "not-found")
    holds_problem(await gateway.read("/v1/questions/"), 404, "not-found")
    wrong = await gateway.client.put("/v1/questions", json=QUESTION)
    holds_problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["Allow"] == "POST"


async def test_answers_a_crash_with_a_problem_and_logs_no_words(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def crash(*_: object) -> None:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(gateway.store, "reserve", crash)
    with caplog.at_level(logging.DEBUG):
        response = await gateway.ask()

    holds_problem(response, 500, "internal")
    [record] = [r for r in caplog.records if r.message == "a request broke"]
    assert record.error == "ZeroDivisionError"  # type: ignore[attr-defined]
    assert CANARY not in str([vars(r) for r in caplog.records])


async def test_protects_every_response(gateway: Gateway) -> None:
    responses = [
        await gateway.ask(),
        await gateway.read("/livez"),
        await gateway.read("/nowhere"),
        await gateway.client.put("/v1/questions"),
        await gateway.client.post("/v1/questions", content=b""),
    ]

    for response in responses:
        for name, value in middleware.SECURITY_HEADERS.items():
            assert response.headers[name] == value
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_carries_the_callers_trace_into_kafka(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "_tracer", TracerProvider().get_tracer("test"))
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"

    await gateway.ask(headers={"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"})
    refused = await gateway.read("/nowhere", traceparent=f"00-{trace_id}-00f067aa0ba902b7-01")
    alone = await gateway.read("/nowhere")

    [(_, _, _, headers)] = gateway.producer.sent
    assert headers["traceparent"].decode().split("-")[1] == trace_id
    assert refused.json()["trace_id"] == trace_id
    assert alone.json()["trace_id"] not in (trace_id, "0" * 32)


async def test_puts_ids_and_no_words_on_spans(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)  # what libraries ask for
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))

    question_id = (await gateway.ask(key=CANARY)).json()["id"]
    await gateway.read(f"/v1/answers/{CANARY}?note={CANARY}")
    await gateway.read(f"/{CANARY}")

    spans = exporter.get_finished_spans()
    assert [span.name for span in spans] == [
        f"send {QUESTION_ASKED}", "POST /v1/questions", "GET /v1/answers/{name}", "GET",
    ]  # fmt: skip
    assert CANARY not in "".join(span.to_json() for span in spans)
    attributes = spans[1].attributes or {}
    assert attributes["caveat.question_id"] == question_id
    assert attributes["http.response.status_code"] == 202
