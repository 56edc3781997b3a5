import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult

from caveat.chassis import tracing

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{CALLER}-01"


def test_reads_the_context_out_of_headers_and_nothing_else() -> None:
    headers = {"traceparent": PARENT.encode(), "tracestate": b"a=1\xff", "ce_id": b"x"}

    assert tracing.carrier_of(headers) == {"traceparent": PARENT, "tracestate": "a=1"}
    assert tracing.carrier_of({}) == {}


def test_reads_the_context_out_of_metadata_and_nothing_else() -> None:
    metadata = (("traceparent", PARENT), ("user-agent", "x"), ("tracestate", b"bytes"))

    assert tracing.carrier_of_metadata(metadata) == {"traceparent": PARENT}
    assert tracing.carrier_of_metadata(None) == {}


def test_there_is_no_context_outside_a_trace() -> None:
    assert tracing.headers_of_current() == {}
    assert tracing.current_trace_id() == "0" * 32


def test_writes_spans_one_a_line_with_the_service_and_no_words_of_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: list[IO[str]] = []

    def remembering(*arguments: Any, **options: Any) -> IO[str]:
        files.append(open(*arguments, **options))  # noqa: SIM115
        return files[-1]

    monkeypatch.setattr(trace, "set_tracer_provider", lambda provider: None)
    monkeypatch.setattr(tracing, "open", remembering, raising=False)
    provider = tracing.start("scribe", "2", tmp_path / "spans")
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))

    with (
        suppress(KeyError),
        tracing.span("process x", parent={"traceparent": PARENT}, attributes={"n": 7}),
    ):
        assert tracing.current_trace_id() == TRACE
        assert tracing.headers_of_current()["traceparent"].startswith(f"00-{TRACE}-")
        raise KeyError("the-canary")
    provider.shutdown()
    files[0].close()

    [line] = (tmp_path / "spans" / "scribe-2.jsonl").read_text().splitlines()
    span = json.loads(line)
    assert span["name"] == "process x"
    assert span["parent_id"] == f"0x{CALLER}"
    assert span["attributes"] == {"n": 7}
    assert span["resource"]["attributes"]["service.name"] == "caveat-scribe"
    assert "the-canary" not in line


@pytest.mark.parametrize("parent", [None, {"traceparent": PARENT, "tracestate": "a=1"}])
@pytest.mark.parametrize("broken", [False, True])
def test_a_line_holds_what_opentelemetry_itself_would_write(
    parent: dict[str, str] | None, broken: bool
) -> None:
    finished: list[ReadableSpan] = []

    class Keeping(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            finished.extend(spans)
            return SpanExportResult.SUCCESS

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(Keeping()))
    context = tracing._PROPAGATOR.extract(parent) if parent else None
    with provider.get_tracer("test").start_as_current_span(
        "process x", context=context, kind=trace.SpanKind.CONSUMER, attributes={"n": 7, "é": "ü"}
    ) as span:
        if broken:
            span.set_status(trace.StatusCode.ERROR, "why")
            span.add_event("it broke")
    provider.shutdown()

    [one] = finished
    resource = json.dumps(tracing._told(one.resource))
    assert json.loads(tracing._line(resource, one)) == json.loads(one.to_json())
