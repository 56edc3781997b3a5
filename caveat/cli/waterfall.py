"""Draw one question's way through the services from the spans that they wrote. Pure."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_BAR = 30


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of work; times in milliseconds since the epoch, `parent` empty at a root."""

    trace_id: str
    span_id: str
    parent: str
    service: str
    name: str
    kind: str
    start: float
    end: float
    question_id: str


@dataclass(frozen=True, slots=True)
class Row:
    """A span in its place: how deep, how long after the first one, and for how long."""

    depth: int
    service: str
    span: str
    kind: str
    offset_ms: float
    duration_ms: float
    bar: str


def spans_of(lines: Iterable[str], wanted: str) -> Iterator[Span]:
    """Read the spans whose line holds a text, but not one that is still being written."""
    for line in lines:
        if wanted not in line:
            continue
        try:
            yield _span(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # unfinished, or not a span


def trace_of_question(lines: Iterable[str], question_id: str) -> str:
    """Find the trace of a question by the spans that name it; empty when there is none."""
    found = (s.trace_id for s in spans_of(lines, question_id) if s.question_id == question_id)
    return next(found, "")


def waterfall(spans: Iterable[Span]) -> tuple[Row, ...]:
    """Put spans in order of their tree; one whose parent is missing stands at the root."""
    by_id = {span.span_id: span for span in spans}
    if not by_id:
        return ()
    children: defaultdict[str, list[Span]] = defaultdict(list)
    for span in sorted(by_id.values(), key=lambda span: span.start):
        known = span.parent in by_id and span.parent != span.span_id
        children[span.parent if known else ""].append(span)
    began = min(span.start for span in by_id.values())
    lasted = max(span.end for span in by_id.values()) - began
    rows: list[Row] = []
    waiting = [(span, 0) for span in reversed(children[""])]
    while waiting:
        span, depth = waiting.pop()
        rows.append(_row(span, depth, began, lasted))
        waiting += [(child, depth + 1) for child in reversed(children[span.span_id])]
    return tuple(rows)


def lines_of(rows: Sequence[Row]) -> Iterator[str]:
    """Write the rows as text of fixed columns."""
    if not rows:
        return
    wide = max(len(row.service) for row in rows)
    long = max(2 * row.depth + len(row.span) for row in rows)
    yield f"{'service':<{wide}}  {'span':<{long}}  {'at ms':>9}  {'ms':>9}"
    for row in rows:
        name = "  " * row.depth + row.span
        figures = f"{row.offset_ms:>9.1f}  {row.duration_ms:>9.1f}"
        yield f"{row.service:<{wide}}  {name:<{long}}  {figures}  {row.bar}".rstrip()


def _row(span: Span, depth: int, began: float, lasted: float) -> Row:
    offset, duration = span.start - began, max(span.end - span.start, 0.0)
    scale = _BAR / lasted if lasted > 0 else 0.0
    left = min(int(offset * scale), _BAR - 1)
    width = max(1, min(round(duration * scale), _BAR - left))
    return Row(
        depth,
        span.service,
        span.name,
        span.kind,
        round(offset, 3),
        round(duration, 3),
        " " * left + "█" * width,
    )


def _span(line: Mapping[str, Any]) -> Span:
    context, attributes = line["context"], line.get("attributes") or {}
    service = str(line["resource"]["attributes"]["service.name"])
    return Span(
        trace_id=str(context["trace_id"]).removeprefix("0x"),
        span_id=str(context["span_id"]),
        parent=str(line.get("parent_id") or ""),
        service=service.removeprefix("caveat-"),
        name=str(line["name"]),
        kind=str(line.get("kind", "")).removeprefix("SpanKind.").lower(),
        start=_milliseconds(line["start_time"]),
        end=_milliseconds(line["end_time"]),
        question_id=str(attributes.get("caveat.question_id", "")),
    )


def _milliseconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000
