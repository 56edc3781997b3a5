"""Following a question by its events, against a gateway over real HTTP."""

import json
from typing import Any

import pytest

from caveat.cli import watching
from caveat.cli.events import Event, events_of
from caveat.errors import MalformedEvent
from tests.unit.caveat.fakes import ANSWER_ID, QUESTION_ID, FakeGateway
from tests.unit.caveat.test_cli_answers import caveat, gateway  # noqa: F401 - fixtures

ASKED = 'retry: 3000\n\nid: 0\nevent: question.accepted\ndata: {"seq": 0}\n\n: keep-alive\n\n'


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_PAUSE", 0.01)


def a_step(seq: int, label: str, ms: int | None = None) -> str:
    told = {"seq": seq, "step": "screen", "label": label, "ms": ms, "counts": {}}
    return f"id: {seq}\nevent: step.completed\ndata: {json.dumps(told)}\n\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        (": only a comment\n\n", []),
        ('data: {"a": 1}\n\n', [Event("message", "", {"a": 1})]),
        ('id:7\nevent:x\ndata:{"a":\ndata:1}\n\n', [Event("x", "7", {"a": 1})]),
        ("id: 7\n\nevent: x\ndata: {}\n\n", [Event("x", "7", {})]),
        ("event: x\ndata: {}\n\nevent: never finished\ndata: {}\n", [Event("x", "", {})]),
        ("unheard-of: y\nevent: x\ndata: {}\n\n", [Event("x", "", {})]),
    ],
)
def test_reads_server_sent_events(text: str, wanted: list[Event]):
    assert list(events_of(text.split("\n")[:-1] if text else [])) == wanted


@pytest.mark.parametrize("data", ["nothing", "[1]"])
def test_refuses_an_event_that_is_no_object(data: str):
    with pytest.raises(MalformedEvent):
        list(events_of([f"data: {data}", ""]))


def test_tells_each_step_and_prints_the_verified_answer(
    gateway: FakeGateway,  # noqa: F811
    caveat: Any,  # noqa: F811
):
    steps = a_step(1, "Checked that it is safe", 12) + a_step(3, "Wrote a draft\x1b[2J")
    gateway.streams = [ASKED + steps + gateway.ending()]

    ran = caveat("ask", "Is it available?", "--watch")

    assert ran.status == 0
    assert "the words of the page" in ran.out
    assert ran.err.splitlines()[1:3] == ["Checked that it is safe (12 ms)", "Wrote a draft[2J"]
    assert "Verified: signed by key" in ran.err


def test_takes_up_a_broken_stream_where_it_ended(
    gateway: FakeGateway,  # noqa: F811
    caveat: Any,  # noqa: F811
):
    gateway.statuses = ["drafting"]
    gateway.streams = [ASKED + a_step(1, "One"), a_step(3, "Three"), "", gateway.ending()]

    ran = caveat("ask", "Is it available?", "--watch")

    assert ran.status == 0
    assert gateway.resumed == [None, "1", "3", "3"]
    assert (ran.err.count("One"), ran.err.count("Three")) == (1, 1)


def test_a_stream_that_ends_after_the_answer_came_is_the_end(
    gateway: FakeGateway,  # noqa: F811
    caveat: Any,  # noqa: F811
):
    gateway.streams = [ASKED]
    gateway.statuses = ["done"]

    ran = caveat("ask", "Is it available?", "--watch")

    assert (ran.status, "the words of the page" in ran.out) == (0, True)


def test_asks_a_gateway_that_sends_no_events(
    gateway: FakeGateway,  # noqa: F811
    caveat: Any,  # noqa: F811
):
    gateway.statuses = ["screening", "drafting", "drafting", "done"]

    ran = caveat("ask", "Is it available?", "--watch")

    assert ran.status == 0
    assert ran.err.splitlines()[1:3] == ["Checking your question", "Writing a draft"]


def test_prints_a_line_of_json_for_each_event(
    gateway: FakeGateway,  # noqa: F811
    caveat: Any,  # noqa: F811
):
    gateway.streams = [ASKED + a_step(1, "One") + gateway.ending()]

    ran = caveat("ask", "Is it available?", "--watch", "--json", "--quiet")

    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.err == ""
    assert [line["event"] for line in lines] == [
        "question.accepted", "step.completed", "answer.completed",
    ]  # fmt: skip
    assert lines[-1]["answer"]["id"] == ANSWER_ID


def test_shows_no_answer_of_a_stream_that_is_not_signed(
    gateway: FakeGateway,  # noqa: F811
    caveat: Any,  # noqa: F811
):
    gateway.tampered = True
    gateway.streams = [ASKED + gateway.ending()]

    for more in ((), ("--json",)):
        gateway.streams = [gateway.ending()]
        ran = caveat("ask", "Is it available?", "--watch", *more)
        assert (ran.status, ran.out) == (5, "")


def test_gives_up_when_its_time_is_over(gateway: FakeGateway, caveat: Any):  # noqa: F811
    gateway.streams = [ASKED]
    gateway.statuses = ["drafting"]

    ran = caveat("ask", "Is it available?", "--watch", "--timeout", "0.2")

    assert ran.status == 69
    assert f"caveat show {QUESTION_ID}" in ran.err


@pytest.mark.parametrize("option", [("--watch",), ("--save", "answer.json")])
def test_who_does_not_wait_sees_and_keeps_nothing(
    gateway: FakeGateway,  # noqa: F811
    caveat: Any,  # noqa: F811
    option: tuple[str, ...],
):
    ran = caveat("ask", "Is it available?", "--no-wait", *option)

    assert (ran.status, gateway.asked) == (2, [])


def test_says_that_only_english_is_answered(gateway: FakeGateway, caveat: Any):  # noqa: F811
    assert "Only English is answered yet" in caveat("ask", "¿Qué es?", "--lang", "es").err
    assert "Only English" not in caveat("ask", "What is it?", "--lang", "en").err
