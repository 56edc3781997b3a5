"""Cut the time of a question into legs, from the spans that the services wrote. Pure.

A leg is a stage's own work (from taking a record up to sending one) or the way through Kafka (from
there to where the next stage takes it up). The legs of a question add up to its request.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from caveat.cli.waterfall import Span, spans_of
from caveat.pipeline import (
    ANSWER_DRAFTED,
    ANSWER_GUARDED,
    ANSWER_PUBLISHED,
    EVIDENCE_RETRIEVED,
    QUESTION_ASKED,
    QUESTION_ROUTED,
)

_TOPICS = (
    QUESTION_ASKED, QUESTION_ROUTED, EVIDENCE_RETRIEVED, ANSWER_DRAFTED, ANSWER_GUARDED,
    ANSWER_PUBLISHED,
)  # fmt: skip
_STAGES = ("router", "retriever", "generator", "guard", "renderer", "gateway")
_REQUEST = "POST /v1/questions"


@dataclass(frozen=True, slots=True)
class Leg:
    """One part of the way, in milliseconds."""

    name: str
    ms: float


def legs_of(lines: Iterable[str], traces: Collection[str]) -> dict[str, Sequence[Leg]]:
    """Cut the traces that went the whole way into their legs; the others are left out."""
    spans: dict[str, list[Span]] = {trace: [] for trace in traces}
    for span in spans_of(lines, ""):
        if span.trace_id in spans:
            spans[span.trace_id].append(span)
    cut = {trace: _cut(found) for trace, found in spans.items()}
    return {trace: legs for trace, legs in cut.items() if legs}


def _cut(spans: Iterable[Span]) -> Sequence[Leg]:
    found: Mapping[tuple[str, str], Span] = {(span.service, span.name): span for span in spans}
    senders = ("gateway", *_STAGES)
    needed = [("gateway", _REQUEST)]
    for sender, topic, receiver in zip(senders, _TOPICS, _STAGES, strict=False):
        needed += [(sender, f"send {topic}"), (receiver, f"process {topic}")]
    if any(place not in found for place in needed):
        return ()
    moments = [found[place].start for place in needed]
    names = ["gateway: accept"]
    for receiver in _STAGES:
        own = "store and reply" if receiver == "gateway" else "own work"
        names += [f"Kafka to {receiver}", f"{receiver}: {own}"]
    ends = [*moments[1:], found["gateway", _REQUEST].end]
    return [Leg(name, end - start) for name, start, end in zip(names, moments, ends, strict=True)]
