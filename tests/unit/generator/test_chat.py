"""What goes over the wire to a model, how often, and what is told about it."""

import gzip
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY

from caveat.chassis import tracing
from services.generator.chat import OpenAIModel
from services.generator.ports import Fault, Prompt
from services.generator.transport import MOST_BYTES
from tests import model_server
from tests.model_server import (
    MODEL,
    Behaviour,
    ModelServer,
    after,
    body,
    cut_off,
    drafted,
    saying,
    status,
)

PROMPT = Prompt("draft", "Copy.", '{"passages": [], "kinds": []}', {"type": "object"})
GOOD = saying("{}")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        server.script(GOOD)
        yield server


@pytest.fixture
async def model(server: ModelServer) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(server.url, MODEL, tokens=500)
    yield model
    await model.stop()


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_asks_for_json_of_the_schema_in_strict_mode(
    server: ModelServer, model: OpenAIModel
) -> None:
    assert await model.ask(PROMPT, within=5) == "{}"

    [asked] = server.requests
    assert asked.body == {
        "model": MODEL,
        "messages": [
            {"role": "system", "content": "Copy."},
            {"role": "user", "content": PROMPT.material},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {
                "name": "caveat_draft",
                "strict": True,
                "schema": {"type": "object"},
            },
        },
        "max_completion_tokens": 500,
    }


async def test_nothing_of_this_machine_or_its_environment_travels_along(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-somebody")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-somebody")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "Authorization: Bearer sk-of-somebody\nX-Its: x")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:24009/v1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:24009")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:24009")
    model = OpenAIModel(server.url, MODEL, tokens=500)

    assert await model.ask(PROMPT, within=5) == "{}"
    await model.stop()

    [asked] = server.requests
    assert {name.lower() for name in asked.headers} == {
        "host", "accept", "content-type", "content-length", "user-agent", "accept-encoding",
        "connection",
    }  # fmt: skip
    assert "somebody" not in str(asked.headers)


@pytest.mark.parametrize(
    "passing", [status(500), status(503), status(429, Retry_After="0.1"), cut_off()]
)
async def test_tries_once_more_where_it_can_help(
    server: ModelServer, model: OpenAIModel, passing: Behaviour
) -> None:
    server.script(passing, GOOD)

    assert await model.ask(PROMPT, within=5) == "{}"
    assert len(server.requests) == 2


async def test_tries_no_third_time(server: ModelServer, model: OpenAIModel) -> None:
    server.script(status(500), status(500), GOOD)

    assert await model.ask(PROMPT, within=5) is Fault.UNREACHABLE
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "lasting",
    [
        status(400),
        status(401),
        status(408),
        status(429),
        status(429, Retry_After="3"),  # more than half of the time there is
        status(429, Retry_After="-1"),
        status(429, Retry_After="nan"),
        status(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),
        status(503, Retry_After="120"),
        model_server.EMPTY,
        model_server.CUT_BY_TOKENS,
        model_server.refusing(),
    ],
)
async def test_does_not_ask_again_where_it_cannot_help(
    server: ModelServer, model: OpenAIModel, lasting: Behaviour
) -> None:
    server.script(lasting, GOOD)

    assert isinstance(await model.ask(PROMPT, within=5), Fault)
    assert len(server.requests) == 1


async def test_waits_as_long_as_a_busy_server_asks_for(
    server: ModelServer, model: OpenAIModel
) -> None:
    server.script(status(429, Retry_After="0.6"), GOOD)
    began = time.monotonic()

    assert await model.ask(PROMPT, within=5) == "{}"
    assert time.monotonic() - began >= 0.6


async def test_the_time_given_bounds_all_attempts_together(
    server: ModelServer, model: OpenAIModel
) -> None:
    server.script(after(0.4, status(500)), after(0.9, GOOD))
    began = time.monotonic()

    assert await model.ask(PROMPT, within=1.3) is Fault.TIMEOUT
    assert time.monotonic() - began < 1.8
    assert len(server.requests) == 2


async def test_a_redirect_is_not_followed(server: ModelServer, model: OpenAIModel) -> None:
    with ModelServer() as elsewhere:
        server.script(status(307, Location=f"{elsewhere.url}/chat/completions"))

        assert await model.ask(PROMPT, within=5) is Fault.UNREACHABLE
        assert elsewhere.requests == []


async def test_what_comes_packed_is_not_unpacked(server: ModelServer, model: OpenAIModel) -> None:
    plain = b'{"choices": [{"message": {"content": "{}"}}]}'
    server.script(body(gzip.compress(plain), Content_Encoding="gzip"), body(plain))

    assert await model.ask(PROMPT, within=5) is Fault.UNUSABLE
    assert await model.ask(PROMPT, within=5) == "{}"


@pytest.mark.parametrize("code", [200, 500])
async def test_reads_no_more_of_a_body_than_its_bound(
    server: ModelServer, model: OpenAIModel, code: int
) -> None:
    sent = 0

    async def endless(_: model_server.Asked, request: web.Request) -> web.StreamResponse:
        nonlocal sent
        begun = web.StreamResponse(status=code)
        begun.enable_chunked_encoding()
        await begun.prepare(request)
        while True:
            await begun.write(b" " * 65_536)
            sent += 65_536

    server.script(endless)
    began = time.monotonic()

    assert isinstance(await model.ask(PROMPT, within=10), Fault)

    assert time.monotonic() - began < 5
    assert sent < 100 * MOST_BYTES  # what fits into the buffers of two sockets, twice


@pytest.mark.parametrize(
    "usage",
    [
        "null",
        "[]",
        "{}",
        '{"prompt_tokens": -1}',
        '{"prompt_tokens": "many"}',
        f'{{"prompt_tokens": 1{"0" * 400}}}',
    ],
)
async def test_odd_counts_of_tokens_spoil_nothing(
    server: ModelServer, model: OpenAIModel, usage: str
) -> None:
    choices = '[{"message": {"content": "{}"}}]'
    server.script(body(f'{{"choices": {choices}, "usage": {usage}}}'.encode()))
    before = value("caveat_model_tokens_total", direction="input")

    assert await model.ask(PROMPT, within=5) == "{}"
    assert value("caveat_model_tokens_total", direction="input") == before


async def test_counts_requests_by_outcome_and_tokens(
    server: ModelServer, model: OpenAIModel
) -> None:
    server.script(status(500), GOOD)
    names = ("answered", "unreachable")
    before = [value("caveat_model_requests_total", outcome=name) for name in names]
    tokens = value("caveat_model_tokens_total", direction="output")
    asked = value("caveat_model_seconds_count", operation="draft")

    await model.ask(PROMPT, within=5)

    after_it = [value("caveat_model_requests_total", outcome=name) for name in names]
    assert after_it == [count + 1 for count in before]
    assert value("caveat_model_tokens_total", direction="output") == tokens + 80
    assert value("caveat_model_seconds_count", operation="draft") == asked + 1


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("caveat"))
    return exporter


async def test_a_span_tells_the_call_by_the_conventions_and_no_content(
    server: ModelServer, model: OpenAIModel, spans: InMemorySpanExporter
) -> None:
    await model.ask(PROMPT, within=5)

    [span] = spans.get_finished_spans()
    assert span.name == f"chat {MODEL}"
    assert span.kind is trace.SpanKind.CLIENT
    assert dict(span.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": MODEL,
        "gen_ai.request.max_tokens": 500,
        "gen_ai.output.type": "json",
        "gen_ai.usage.input_tokens": 900,
        "gen_ai.usage.output_tokens": 80,
        "server.address": "127.0.0.1",
        "server.port": int(server.url.split(":")[2].removesuffix("/v1")),
    }


async def test_a_span_of_a_failure_names_the_fault(
    server: ModelServer, model: OpenAIModel, spans: InMemorySpanExporter
) -> None:
    server.script(after(60))

    await model.ask(PROMPT, within=0.1)

    spans_told: tuple[ReadableSpan, ...] = spans.get_finished_spans()
    assert [(s.attributes or {}).get("error.type") for s in spans_told] == ["timeout"]


async def test_the_clients_own_log_stays_quiet_about_prompts(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("openai", "httpx"):  # as with OPENAI_LOG=debug
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    model = OpenAIModel(server.url, MODEL, tokens=500)

    with caplog.at_level(logging.DEBUG):
        await model.ask(PROMPT, within=5)
    await model.stop()

    told = " ".join(r.getMessage() for r in caplog.records)
    assert "Copy." not in told
    assert "passages" not in told


async def test_the_scripted_server_drafts_from_what_it_is_shown(
    server: ModelServer, model: OpenAIModel
) -> None:
    server.script(drafted())
    passages = [{"id": "p1", "about": "MDS", "kind": "symptoms", "text": "It is so. It ends."}]
    material = json.dumps({"question": "?", "kinds": ["symptoms"], "passages": passages})

    told = await model.ask(Prompt("draft", "Copy.", material, {}), within=5)

    assert isinstance(told, str)
    assert json.loads(told)["summary"] == [
        {"text": "It is so.", "passage": "p1", "quote": "It is so."}
    ]
