import json
from datetime import timedelta
from typing import Any

import pytest

from caveat.pipeline import STAGES
from services.gateway import telling
from services.gateway.board import Board, Heard, Step
from services.gateway.pace import Pace
from services.gateway.records import Progress, StoredAnswer
from services.gateway.telling import Account, completed, events_after, label_of
from services.gateway.views import Shown
from tests.unit.gateway.fakes import NOON, QUESTION_ID, a_signed_answer

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
FOUND = {"found": 14, "kept": 6}


def an_account(
    seq: int = 0, *steps: int, outcome: str | None = None, counts: Any = None
) -> Account:
    progress = Progress(QUESTION_ID, True, seq, NOON, NOON + timedelta(seconds=9), outcome, "ans_")
    heard = {n: Step(n, NOON + timedelta(milliseconds=100 * n), counts or {}) for n in steps}
    answer = None
    if outcome:
        signed = a_signed_answer(outcome=outcome)
        answer = Shown(StoredAnswer(signed, 1), "dec_1")
    return Account(progress, Heard(TRACE, heard), answer, left=2)


def told(account: Account, after: int = -1) -> list[tuple[int, str, dict[str, Any]]]:
    """Read events as a client does."""
    read = []
    for event in events_after(account, after):
        assert event.content.endswith(b"\n\n")
        lines = event.content.decode()[:-2].split("\n")
        fields = dict(line.split(": ", 1) for line in lines)
        assert list(fields) == ["id", "event", "data"]
        read.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return read


def test_begins_with_one_start_that_says_where_to_go_and_how_long_it_takes() -> None:
    [(seq, name, data)] = told(an_account())

    assert (seq, name) == (0, "question.accepted")
    assert data == {
        "seq": 0,
        "at": "2026-11-22T12:00:00.000Z",
        "question_id": QUESTION_ID,
        "trace_id": TRACE,
        "status": "accepted",
        "eta_s": 2,
        "links": {
            "self": f"/v1/questions/{QUESTION_ID}",
            "events": f"/v1/questions/{QUESTION_ID}/events",
            "answer": None,
        },
    }


def test_tells_a_step_in_plain_words_with_its_time_and_counts() -> None:
    [(seq, name, data)] = told(an_account(2, 1, 2, counts=FOUND), after=1)

    assert (seq, name) == (2, "step.completed")
    assert data["step"] == "retrieve"
    assert data["label"] == "Looked in trusted sources: 14 found, 6 kept"
    assert (data["ms"], data["counts"]) == (100, FOUND)


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        ("published", "answer.completed"),
        ("refused", "answer.refused"),
        ("insufficient_evidence", "answer.insufficient"),
        ("failed", "answer.failed"),
    ],
)
def test_ends_with_one_event_that_holds_the_whole_signed_envelope(outcome: str, name: str) -> None:
    *_, (seq, found, data) = told(an_account(5, outcome=outcome))

    assert (seq, found) == (telling.LAST, name)
    assert {"answer", "attestation", "lifecycle", "links"} <= data.keys()
    signed = a_signed_answer()
    assert data["attestation"]["payload_sha256"] == signed.sha256


@pytest.mark.parametrize("after", range(-1, telling.LAST + 1))
def test_goes_on_after_any_event_without_a_repeat_or_a_gap(after: int) -> None:
    account = an_account(5, 1, 2, 3, 4, 5, outcome="published")

    whole = told(account)

    assert [seq for seq, *_ in whole] == list(range(telling.LAST + 1))
    assert told(account, after) == [event for event in whole if event[0] > after]


@pytest.mark.parametrize(
    ("account", "steps"),
    [
        # From the store's rank alone: whoever retrieved had screened.
        (an_account(0), ()),
        (an_account(1), (1,)),
        (an_account(3), (1, 2, 3)),
        # Checking follows a draft or an early end, and nobody says which.
        (an_account(4), (4,)),
        (an_account(4, 1), (1, 4)),
        (an_account(4, 2, 4), (1, 2, 4)),
        # With the outcome more is sure.
        (an_account(1, outcome="published"), (1, 2, 3, 4, 5)),
        (an_account(4, 1, 4, outcome="refused"), (1, 4, 5)),
        (an_account(0, outcome="failed"), (4, 5)),
    ],
)
def test_tells_only_steps_that_were_surely_completed(
    account: Account, steps: tuple[int, ...]
) -> None:
    assert completed(account) == steps


def test_says_nothing_of_times_and_counts_that_it_does_not_know() -> None:
    told_of = {seq: data for seq, name, data in told(an_account(3, 3)) if seq}

    assert [data["ms"] for data in told_of.values()] == [None] * 3
    assert [data["counts"] for data in told_of.values()] == [{}] * 3
    assert told_of[2]["label"] == "Looked in trusted sources"


def test_has_words_for_every_step_of_the_map() -> None:
    for words in telling.LABELS.values():
        assert set(words) == {stage.step for stage in STAGES if stage.step}
    assert label_of("check", {"checked": 17, "removed": 3}) == (
        "Checked every sentence against its source: 17 checked, 3 removed"
    )
    assert label_of("check", {"checked": 17}, "xx") == label_of("check", {}) == "Checked the page"
    assert label_of("screen", {"found": 1}) == "Checked whether your question is safe to answer"


@pytest.mark.parametrize(
    ("text", "seq"), [("0", 0), ("6", 6), ("", None), ("-1", None), ("x", None), ("9" * 10, None)]
)
def test_reads_only_ids_that_were_sent(text: str, seq: int | None) -> None:
    assert telling.read_seq(text) == seq


# --- the board, and the pace ---


def test_the_board_believes_the_first_and_forgets_the_oldest() -> None:
    board, first, second = Board(2), Step(1, NOON, FOUND), Step(1, NOON)

    board.note("a", first, trace_id=TRACE)
    board.note("a", second, trace_id="0" * 32)
    assert board.heard("a") == Heard(TRACE, {1: first})
    for name in ("b", "a", "c"):
        board.note(name, Step(2, NOON))

    assert board.heard("b") == Heard()
    assert board.heard("a").steps.keys() == {1, 2}


def test_the_pace_is_that_of_nine_in_ten_questions() -> None:
    pace = Pace()
    assert pace.left(NOON, NOON) is None
    assert pace.retry_after(NOON, NOON) == {"Retry-After": "1"}
    for seconds in (1.0,) * 8 + (7.2, 500.0):
        pace.note(seconds)

    assert pace.left(NOON, NOON) == 8
    assert pace.left(NOON, NOON + timedelta(seconds=5)) == 3
    assert pace.left(NOON, NOON + timedelta(seconds=50)) == 0
    assert pace.left(None, NOON) is None
    assert pace.retry_after(NOON, NOON) == {"Retry-After": "8"}
    assert pace.retry_after(NOON, NOON + timedelta(seconds=50)) == {"Retry-After": "1"}
