import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from caveat import wire
from caveat.authority import replayable
from caveat.chassis.stream.messages import Message
from caveat.cli.letters import DETAIL_LIMIT, Letter, batches, chosen, headers_of, ranges
from caveat.cli.main import app
from caveat.model import QuestionAsked
from caveat.pipeline import ANSWER_DRAFTED, ANSWER_GUARDED, QUESTION_ASKED, STAGES
from services.auditor.core import operation_of
from tests.builders import a_question_id

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WORDS = "My neighbour Zebulon asks about MDS"


def a_letter(
    offset: int = 0,
    *,
    key: str | None = None,
    reason: str = "handler_crashed",
    service: str = "",
    origin: str = QUESTION_ASKED,
    value: bytes | None = b"bytes",
    **headers: bytes,
) -> Letter:
    told = {
        "caveat-error-reason": reason.encode(),
        "caveat-origin-topic": origin.encode(),
        "traceparent": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    key = a_question_id() if key is None else key
    message = Message(
        "caveat.router.dead-letter.v1", 0, offset, 1_780_000_000_000, key, value, told | extra
    )
    reader = next((stage.name for stage in STAGES if origin in stage.consumes), "router")
    return Letter(service or reader, message)


def test_a_letter_leads_to_the_version_after_its_own():
    assert a_letter().next_version == 2
    assert a_letter(caveat_version=b"3").next_version == 4


def test_a_replay_carries_version_trace_and_an_event_id_of_its_own():
    letter = a_letter(content_type=b"application/json")
    headers = headers_of(letter)
    assert headers["caveat-version"] == b"2"
    assert headers["content-type"] == b"application/json"
    assert headers["traceparent"] == letter.message.headers["traceparent"]
    assert headers["ce_id"] == f"{letter.message.key}/caveat.question.asked/2".encode()
    assert not any(name.startswith("caveat-error") for name in headers)


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        (a_letter(origin=ANSWER_GUARDED), "takes no replays"),
        (a_letter(origin="caveat.answer.published.v1"), "takes no replays"),
        (a_letter(origin=""), "router does not read an unknown topic"),
        (a_letter(service="retriever", origin=ANSWER_DRAFTED), "retriever does not read"),
        (a_letter(service="renderer"), "renderer does not read caveat.question.asked.v1"),
        (a_letter(key="nobody"), "not a question id"),
        (a_letter(reason="mismatched_key"), "another question"),
        (a_letter(reason="conflicting_draft"), "another question"),
        (a_letter(value=None), "it is empty"),
        (a_letter(value=None, caveat_error_value=b"omitted"), "were not kept"),
        (a_letter(caveat_version=b"first"), "version cannot be read"),
    ],
)
def test_says_why_a_letter_cannot_be_replayed(letter: Letter, why: str):
    assert why in letter.obstacle


@pytest.mark.parametrize("topic", sorted(replayable()))
def test_every_other_letter_can_be_replayed(topic: str):
    assert a_letter(origin=topic).obstacle == ""


def test_chooses_by_every_condition_and_stops_at_the_cap():
    letters = [a_letter(n, reason="handler_crashed" if n % 2 else "oversize") for n in range(10)]
    odd = chosen(letters, offsets=(), question_id="", reason="handler_crashed", most=3)
    assert [letter.offset for letter in odd] == [1, 3, 5]
    one = chosen(letters, offsets=(2, 3), question_id="", reason="oversize", most=10)
    assert [letter.offset for letter in one] == [2]
    mine = chosen(letters, offsets=(), question_id=letters[4].message.key, reason="", most=10)
    assert [letter.offset for letter in mine] == [4]


@pytest.mark.parametrize(
    ("numbers", "told"), [([], ""), ([4], "4"), ([1, 2, 3], "1-3"), ([7, 1, 2, 9], "1-2,7,9")]
)
def test_writes_ranges_shortly(numbers: list[int], told: str):
    assert ranges(numbers) == told


def test_cuts_what_does_not_fit_into_one_detail_of_the_log():
    scattered = [a_letter(number) for number in range(1000, 1200, 2)]
    cut = list(batches(scattered))
    assert [letter.offset for batch in cut for letter in batch] == list(range(1000, 1200, 2))
    told = [ranges(letter.offset for letter in batch) for batch in cut]
    assert len(cut) > 1
    assert all(len(text) <= DETAIL_LIMIT for text in told)
    operation_of("dead_letters.replayed", "anna", {"offsets": told[0]}, NOW)  # the log takes it


class _Stand:
    """Stands in for the broker and the auditor, which the end-to-end test has really."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *letters: Letter) -> None:
        self.recorded: list[Any] = []
        self.sent: list[Letter] = []
        monkeypatch.setattr("caveat.cli.letters.letters_of", lambda local, services: iter(letters))
        monkeypatch.setattr("caveat.cli.peers.record_operation", self._record)
        self.decided: set[tuple[str, int]] = set()
        monkeypatch.setattr(
            "caveat.cli.peers.decided_of",
            lambda local, wanted: self.decided & set(wanted),
        )
        monkeypatch.setattr("caveat.cli.letters.replay", self._replay)

    def _record(self, *args: Any) -> int:
        self.recorded.append(args[1:])
        return 7

    def _replay(self, local: Any, letters: Any, *, rate: float) -> Iterator[Letter]:
        assert self.recorded, "a replay must be in the audit log before anything is sent"
        for letter in letters:
            self.sent.append(letter)
            yield letter


def run(*args: str) -> Any:
    return CliRunner().invoke(app, ["dlq", *args])


def test_a_replay_is_a_dry_run_until_it_is_told_to_go(monkeypatch: pytest.MonkeyPatch):
    stand = _Stand(monkeypatch, a_letter(0), a_letter(1, origin=ANSWER_GUARDED))
    told = run("replay", "router")
    assert told.exit_code == 0
    assert "as version 2" in told.stdout
    assert "stays (caveat.answer.guarded.v1 takes no replays)" in told.stdout
    assert "Nothing was sent" in told.stderr
    assert (stand.recorded, stand.sent) == ([], [])


def test_a_replay_is_recorded_and_sends_only_what_it_can(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CAVEAT_OPERATOR", "anna")
    stand = _Stand(monkeypatch, a_letter(0), a_letter(1, key="nobody"), a_letter(2))
    told = run("replay", "router", "--go", "--json")
    assert [letter.offset for letter in stand.sent] == [0, 2]
    [(kind, operator, details)] = stand.recorded
    assert (kind, operator) == ("dead_letters.replayed", "anna")
    assert details == {"service": "router", "offsets": "0,2", "count": "2"}
    assert json.loads(told.stdout)["audit_leaves"] == [7]


def test_what_was_decided_meanwhile_is_not_sent_again(monkeypatch: pytest.MonkeyPatch):
    sent, other = a_letter(0), a_letter(1)
    stand = _Stand(monkeypatch, sent, other)
    stand.decided.add((sent.message.key, 2))
    told = run("replay", "router", "--go")
    assert "router 0: stays (version 2 is decided)" in told.stdout
    assert [letter.offset for letter in stand.sent] == [1]
    listed = json.loads(run("replay", "router", "--json").stdout)["letters"]
    assert [letter["obstacle"] for letter in listed] == ["version 2 is decided", None]


def test_a_replay_names_the_letters_that_are_not_there(monkeypatch: pytest.MonkeyPatch):
    stand = _Stand(monkeypatch, a_letter(0))
    told = run("replay", "router", "--offset", "0", "--offset", "5", "--go")
    assert "no such dead letters: 5" in str(told.exception)
    assert stand.sent == []


def test_shows_the_words_of_a_letter_only_when_asked(monkeypatch: pytest.MonkeyPatch):
    question_id = a_question_id()
    value = wire.encode(QuestionAsked(question_id, WORDS))
    letter = a_letter(3, key=question_id, value=value)
    _Stand(monkeypatch, letter)
    assert "Zebulon" not in run("ls").stdout
    assert "Zebulon" not in run("show", "router", "3").stdout
    assert "Zebulon" in run("show", "router", "3", "--text").stdout
    assert (
        "Zebulon"
        in json.loads(run("show", "router", "3", "--text", "--json").stdout)["value"]["text"]
    )
