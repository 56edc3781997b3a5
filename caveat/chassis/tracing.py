"""One question is one trace: W3C context in Kafka headers and gRPC metadata, spans to a file.

Span names follow OpenTelemetry's messaging conventions (`process <topic>`, `send <topic>`). No
span holds text of a question or an answer; ids only.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.sdk.util import ns_to_iso_str
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("caveat")

Headers = Mapping[str, bytes]


def start(service: str, instance: str, folder: Path) -> TracerProvider:
    """Send this process's spans to `folder/<service>-<instance>.jsonl`, one JSON object a line."""
    folder.mkdir(parents=True, exist_ok=True)
    out = open(folder / f"{service}-{instance}.jsonl", "a", encoding="utf-8")  # noqa: SIM115
    resource = Resource.create(
        {"service.name": f"caveat-{service}", "service.instance.id": instance}
    )
    provider = TracerProvider(resource=resource)
    exporter = ConsoleSpanExporter(out=out, formatter=partial(_line, json.dumps(_told(resource))))
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    return provider


def _line(resource: str, span: ReadableSpan) -> str:
    """Write a span as its `to_json` does, in less than half of the time: a question has many.

    The resource is the same for all of them, and so is written once.
    """
    context, parent = span.get_span_context(), span.parent
    if context is None or span.events or span.links or span.status.description:
        return str(span.to_json(indent=None)) + os.linesep  # we make none like this
    fields: dict[str, object] = {
        "name": span.name,
        "context": {
            "trace_id": f"0x{trace.format_trace_id(context.trace_id)}",
            "span_id": f"0x{trace.format_span_id(context.span_id)}",
            "trace_state": repr(context.trace_state),
        },
        "kind": str(span.kind),
        "parent_id": f"0x{trace.format_span_id(parent.span_id)}" if parent else None,
        "start_time": ns_to_iso_str(span.start_time) if span.start_time else None,
        "end_time": ns_to_iso_str(span.end_time) if span.end_time else None,
        "status": {"status_code": span.status.status_code.name},
        "attributes": dict(span.attributes or {}),
        "events": [],
        "links": [],
    }
    return f'{json.dumps(fields)[:-1]}, "resource": {resource}}}{os.linesep}'


def _told(resource: Resource) -> dict[str, object]:
    return {"attributes": dict(resource.attributes), "schema_url": resource.schema_url}


def headers_of_current() -> dict[str, str]:
    """Return the `traceparent` of the current span, or nothing outside of one."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier


def current_trace_id() -> str:
    """Return the current trace id as 32 hex digits; all zeros outside a trace."""
    return trace.format_trace_id(trace.get_current_span().get_span_context().trace_id)


@contextmanager
def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    *,
    parent: Mapping[str, str] | None = None,
    attributes: Mapping[str, str | int] | None = None,
) -> Iterator[Span]:
    """Run a block inside a span; `parent` is a carrier with a remote `traceparent`."""
    context: otel_context.Context | None = None
    if parent is not None:
        context = _PROPAGATOR.extract(parent)
    # An exception's message may quote a question, so spans do not record exceptions.
    with _tracer.start_as_current_span(
        name,
        context=context,
        kind=kind,
        attributes=dict(attributes or {}),
        record_exception=False,
        set_status_on_exception=False,
    ) as started:
        yield started


def carrier_of(headers: Headers) -> dict[str, str]:
    """Read the trace context out of Kafka headers; unreadable bytes count as absent."""
    return {
        name: headers[name].decode("ascii", "ignore")
        for name in ("traceparent", "tracestate")
        if name in headers
    }


def trace_id_of(headers: Headers) -> str:
    """Read the trace id out of Kafka headers as 32 hex digits; empty when there is none."""
    context = trace.get_current_span(_PROPAGATOR.extract(carrier_of(headers))).get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else ""


def carrier_of_metadata(metadata: Sequence[tuple[str, str | bytes]] | None) -> dict[str, str]:
    """Read the trace context out of gRPC metadata."""
    return {
        name: value
        for name, value in metadata or ()
        if name in ("traceparent", "tracestate") and isinstance(value, str)
    }
