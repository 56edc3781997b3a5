import json
from collections.abc import Iterable

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from caveat.cli.waterfall import Row, lines_of, spans_of, trace_of_question, waterfall

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
OTHER = "0" * 31 + "1"


def a_line(
    span_id: str,
    parent: str | None = None,
    *,
    service: str = "guard",
    name: str = "work",
    start: int = 0,
    end: int = 10,
    trace: str = TRACE,
    question_id: str = "",
) -> str:
    """Write a span as ReadableSpan.to_json does; times in milliseconds."""
    attributes = {"caveat.question_id": question_id} if question_id else {}
    return json.dumps(
        {
            "name": name,
            "context": {"trace_id": f"0x{trace}", "span_id": span_id, "trace_state": "[]"},
            "kind": "SpanKind.CONSUMER",
            "parent_id": parent,
            "start_time": f"2026-11-22T10:00:00.{start:03d}000Z",
            "end_time": f"2026-11-22T10:00:00.{end:03d}000Z",
            "attributes": attributes,
            "resource": {"attributes": {"service.name": f"caveat-{service}"}},
        }
    )


def rows_of(lines: Iterable[str], trace: str = TRACE) -> tuple[Row, ...]:
    return waterfall(spans_of(lines, trace))


def test_puts_spans_under_their_parents_in_the_order_of_their_start():
    rows = rows_of(
        [
            a_line("0x3", "0x1", service="guard", start=60, end=90),
            a_line("0x1", service="gateway", start=0, end=100),
            a_line("0x2", "0x1", service="router", start=10, end=40),
            a_line("0x4", "0x2", service="guard", start=15, end=20),
        ]
    )

    assert [(row.depth, row.service) for row in rows] == [
        (0, "gateway"),
        (1, "router"),
        (2, "guard"),
        (1, "guard"),
    ]
    assert [(row.offset_ms, row.duration_ms) for row in rows] == [
        (0, 100),
        (10, 30),
        (15, 5),
        (60, 30),
    ]


def test_draws_bars_to_scale():
    rows = rows_of([a_line("0x1", start=0, end=100), a_line("0x2", "0x1", start=50, end=100)])

    whole, half = rows
    assert whole.bar == "█" * 30
    assert half.bar == " " * 15 + "█" * 15


def test_leaves_an_unfinished_line_out_and_keeps_the_rest():
    lines = [a_line("0x1"), a_line("0x2")[:-40]]

    assert len(rows_of(lines)) == 1


def test_stands_a_span_whose_parent_is_missing_at_the_root():
    rows = rows_of([a_line("0x2", "0x99", start=5), a_line("0x1", start=0)])

    assert [row.depth for row in rows] == [0, 0]


def test_survives_a_span_that_is_its_own_parent():
    assert len(rows_of([a_line("0x1", "0x1")])) == 1


def test_shows_nothing_of_other_traces():
    assert rows_of([a_line("0x1", trace=OTHER)]) == ()


def test_shows_a_moment_as_one_mark():
    [row] = rows_of([a_line("0x1", start=5, end=5)])

    assert row.bar == "█"


def test_finds_the_trace_of_a_question_by_the_attribute_alone():
    lines = [
        a_line("0x1", trace=OTHER, name="mentions q-1"),
        a_line("0x2", question_id="q-1"),
    ]

    assert trace_of_question(lines, "q-1") == TRACE
    assert trace_of_question(lines, "q-2") == ""


def test_reads_what_opentelemetry_writes():
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.create({"service.name": "caveat-router"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("outer"), tracer.start_as_current_span("inner") as inner:
        trace_id = f"{inner.get_span_context().trace_id:032x}"
    provider.shutdown()
    lines = [str(span.to_json(indent=None)) for span in exporter.get_finished_spans()]

    rows = rows_of(lines, trace_id)

    assert [(row.depth, row.service, row.span) for row in rows] == [
        (0, "router", "outer"),
        (1, "router", "inner"),
    ]


def test_prints_columns_that_line_up():
    lines = list(
        lines_of(
            rows_of([a_line("0x1", service="gateway"), a_line("0x2", "0x1", name="longer name")])
        )
    )

    assert len(lines) == 3
    assert lines[0].startswith("service  span")
    assert lines[1].index("█") == lines[2].index("█")
    assert lines_of(()) is not None
    assert list(lines_of(())) == []
