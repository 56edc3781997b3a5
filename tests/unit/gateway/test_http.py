import logging
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.requests import Request

from caveat import asyncapi, attestation
from caveat.chassis import tracing
from caveat.chassis.readiness import Readiness
from caveat.pipeline import QUESTION_ASKED
from services.gateway import middleware
from services.gateway.attested import Attestor
from services.gateway.http.house import House
from tests.unit.gateway.builders import CANARY, QUESTION, Gateway, assert_problem
from tests.unit.gateway.fakes import JWKS, NOON


async def test_serves_the_public_keys(gateway: Gateway) -> None:
    response = await gateway.read("/.well-known/jwks.json")

    assert response.json() == JWKS
    assert response.headers["Content-Type"] == "application/jwk-set+json"
    assert response.headers["Cache-Control"] == "public, max-age=60"
    held = {"If_None_Match": response.headers["ETag"]}
    assert (await gateway.read("/.well-known/jwks.json", **held)).status_code == 304


@pytest.mark.parametrize("name", ["answer-1", "decision-1"])
async def test_serves_the_schemas_of_what_is_signed(gateway: Gateway, name: str) -> None:
    response = await gateway.read(f"/schemas/{name}.schema.json")

    assert response.headers["Content-Type"] == "application/schema+json"
    assert response.json()["title"] == f"caveat/{name.replace('-', '/')}"


@pytest.mark.parametrize("name", ["answer-2", "..", "%2e%2e%2fv1"])
async def test_knows_no_other_schema(gateway: Gateway, name: str) -> None:
    assert (await gateway.read(f"/schemas/{name}.schema.json")).status_code == 404


async def test_serves_the_keys_as_they_are_after_a_rotation(tmp_path: Path) -> None:
    attestation.create_keys(tmp_path)
    gateway = Gateway(attestor=Attestor(attestation.load_verifier(tmp_path)))
    async with gateway.client:
        before = await gateway.read("/.well-known/jwks.json")
        rotated = attestation.rotate(
            tmp_path, attestation.KeyOwner.GUARD, now=NOON, grace=timedelta(0)
        )
        after = await gateway.read("/.well-known/jwks.json", If_None_Match=before.headers["ETag"])

    assert after.status_code == 200
    retired, current = sorted(after.json()["keys"], key=lambda key: "retired_at" not in key)
    assert (retired["kid"], current["kid"]) == (rotated.old_key_id, rotated.new_key_id)
    assert retired["retired_at"] == rotated.retired_at
    assert [key["kid"] for key in before.json()["keys"]] == [rotated.old_key_id]
    assert not any("d" in key for key in after.json()["keys"])  # no private half


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


async def test_tells_what_travels_on_kafka(
    gateway: Gateway,
) -> None:
    topics = await gateway.read("/asyncapi.json")
    again = await gateway.read("/asyncapi.json", If_None_Match=topics.headers["ETag"])

    assert topics.headers["Content-Type"] == "application/json"
    assert topics.json() == asyncapi.document()
    assert (again.status_code, again.content) == (304, b"")


async def test_writes_what_it_tells_of_itself_once() -> None:
    made = Counter[str]()
    house = House(
        Readiness("gateway"),
        lambda: {"openapi": made.update(["calls"])},
        lambda: {"asyncapi": made.update(["topics"])},
    )
    request = Request({"type": "http", "headers": []})
    for serve in (house.openapi, house.asyncapi) * 2:
        await serve(request)

    assert made == {"calls": 1, "topics": 1}


async def test_answers_unknown_paths_and_methods_with_problems(gateway: Gateway) -> None:
    assert_problem(await gateway.read("/nowhere"), 404, "not-found")
    assert_problem(await gateway.read("/v1/questions/"), 404, "not-found")
    wrong = await gateway.client.put("/v1/questions", json=QUESTION)
    assert_problem(wrong, 405, "method-not-allowed")
    assert wrong.headers["Allow"] == "OPTIONS, POST"


async def test_answers_a_crash_with_a_problem_and_logs_no_words(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def crash(*_: object) -> None:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(gateway.store, "reserve", crash)
    with caplog.at_level(logging.DEBUG):
        response = await gateway.ask()

    assert_problem(response, 500, "internal")
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
