"""The legs of a question add up to its request; a question that ended early has none."""

import json
from itertools import pairwise

from benchmarks.latency import medians
from benchmarks.road import Leg, legs_of
from caveat.pipeline import ANSWER_PUBLISHED, QUESTION_ASKED, STAGES

TRACE = "0" * 31 + "1"
ROAD = ("gateway", "router", "retriever", "generator", "guard", "renderer", "gateway")


def a_span(service: str, name: str, start: float, end: float, trace: str = TRACE) -> str:
    return json.dumps({
        "name": name,
        "context": {"trace_id": f"0x{trace}", "span_id": f"0x{service}{name}"},
        "kind": "SpanKind.INTERNAL", "parent_id": None,
        "start_time": f"2026-11-26T04:00:{start:09.6f}Z",
        "end_time": f"2026-11-26T04:00:{end:09.6f}Z",
        "attributes": {}, "resource": {"attributes": {"service.name": f"caveat-{service}"}},
    })  # fmt: skip


def a_trace() -> list[str]:
    """Each stage works for 10 ms and its record travels for 5."""
    emitted = {stage.name: stage.emits[0] for stage in STAGES if stage.emits}
    lines = [a_span("gateway", "POST /v1/questions", 0, 0.1)]
    clock = 0.01
    for sender, receiver in pairwise(ROAD):
        topic = QUESTION_ASKED if sender == "gateway" else emitted[sender]
        lines.append(a_span(sender, f"send {topic}", clock, clock + 0.001))
        lines.append(a_span(receiver, f"process {topic}", clock + 0.005, clock + 0.01))
        clock += 0.015
    return lines


def test_the_legs_of_a_question_add_up_to_its_request() -> None:
    [legs] = legs_of(a_trace(), {TRACE}).values()
    assert len(legs) == 13
    assert legs[0].name == "gateway: accept"
    assert legs[-1].name == "gateway: store and reply"
    assert [round(leg.ms, 3) for leg in legs[:4]] == [10, 5, 10, 5]
    assert round(sum(leg.ms for leg in legs), 3) == 100


def test_a_question_that_did_not_go_the_whole_way_is_left_out() -> None:
    lines = [line for line in a_trace() if ANSWER_PUBLISHED not in line]
    assert legs_of(lines, {TRACE}) == {}


def test_other_traces_are_left_out() -> None:
    assert legs_of(a_trace(), {"0" * 32}) == {}


def test_the_median_is_taken_leg_by_leg() -> None:
    roads = [[Leg("a", 1.0), Leg("b", 9.0)], [Leg("a", 3.0), Leg("b", 7.0)], [Leg("a", 2.0)]]
    assert medians(roads) == {"a": 2.0, "b": 8.0}
