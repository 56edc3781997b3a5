import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from caveat.errors import DependencyMissing, StartupError, UpstreamUnavailable
from caveat.model import Rendering
from caveat.pipeline import ANSWER_PUBLISHED
from services.gateway.adapters import SqliteStore, sqlite
from services.gateway.ports import AnswerStore
from services.gateway.records import Added, Claim, Reserved
from tests.unit.gateway.fakes import (
    A_PAGE,
    ANSWER_ID,
    NOON,
    OTHER_ID,
    QUESTION_ID,
    FakeStore,
    a_position,
    a_reservation,
    a_signed_answer,
)

LATER = NOON + timedelta(seconds=5)


@pytest.fixture(params=["fake", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnswerStore]:
    made = FakeStore() if request.param == "fake" else SqliteStore(tmp_path / "gateway.db")
    await made.start()
    yield made
    await made.stop()


# --- one behaviour for every adapter ---


async def test_reserves_an_id_once_for_a_tag(store: AnswerStore) -> None:
    first = await store.reserve(a_reservation())
    again = await store.reserve(a_reservation(question_id=OTHER_ID, asked_at=LATER))

    assert first == Reserved(Claim.NEW, QUESTION_ID, NOON)
    assert again == Reserved(Claim.UNSENT, QUESTION_ID, NOON)


async def test_replays_a_reservation_once_it_is_accepted(store: AnswerStore) -> None:
    await store.reserve(a_reservation())
    await store.accept(QUESTION_ID, LATER)

    again = await store.reserve(a_reservation(question_id=OTHER_ID))

    assert again == Reserved(Claim.REPLAY, QUESTION_ID, NOON)


async def test_refuses_a_tag_for_another_body(store: AnswerStore) -> None:
    await store.reserve(a_reservation())

    again = await store.reserve(a_reservation(body_hash="other"))

    assert again.claim is Claim.MISMATCH


async def test_reserves_without_a_tag_every_time(store: AnswerStore) -> None:
    for question_id in (QUESTION_ID, OTHER_ID):
        reserved = await store.reserve(a_reservation(question_id=question_id, tag=""))
        assert reserved == Reserved(Claim.NEW, question_id, NOON)


async def test_knows_nothing_of_an_unknown_question(store: AnswerStore) -> None:
    assert await store.progress(QUESTION_ID) is None
    assert await store.answer(QUESTION_ID) is None
    assert await store.rendering(QUESTION_ID, 1, "text/html") is None


async def test_follows_a_question_from_reservation_to_answer(store: AnswerStore) -> None:
    await store.reserve(a_reservation())
    reserved = await store.progress(QUESTION_ID)
    await store.accept(QUESTION_ID, LATER)
    accepted = await store.progress(QUESTION_ID)
    await store.note_progress(QUESTION_ID, 2, LATER + timedelta(seconds=1))
    await store.note_progress(QUESTION_ID, 1, LATER + timedelta(seconds=2))
    moved = await store.progress(QUESTION_ID)
    await store.add_answer(a_signed_answer(), (), a_position(), LATER + timedelta(seconds=3))
    done = await store.progress(QUESTION_ID)

    assert reserved
    assert not reserved.accepted
    assert reserved.updated_at == NOON
    assert accepted
    assert accepted.accepted
    assert accepted.updated_at == LATER
    assert moved
    assert (moved.seq, moved.updated_at) == (2, LATER + timedelta(seconds=1))
    assert done
    assert (done.outcome, done.answer_id) == ("published", ANSWER_ID)
    assert done.asked_at == NOON
    assert done.updated_at == LATER + timedelta(seconds=3)


async def test_an_accepted_question_is_accepted_once(store: AnswerStore) -> None:
    await store.reserve(a_reservation())
    await store.note_progress(QUESTION_ID, 1, LATER)
    await store.accept(QUESTION_ID, LATER + timedelta(seconds=1))

    found = await store.progress(QUESTION_ID)

    assert found
    assert (found.accepted, found.seq, found.updated_at) == (True, 1, LATER)


async def test_takes_in_progress_and_answers_of_questions_asked_elsewhere(
    store: AnswerStore,
) -> None:
    await store.note_progress(QUESTION_ID, 3, NOON)
    await store.add_answer(
        a_signed_answer(question_id=OTHER_ID, answer_id="ans_other"), (), a_position(), NOON
    )

    first, second = await store.progress(QUESTION_ID), await store.progress(OTHER_ID)

    assert first
    assert first.accepted
    assert first.seq == 3
    assert first.asked_at is None
    assert second
    assert second.accepted
    assert second.outcome == "published"


async def test_keeps_the_first_answer_and_ignores_its_repetition(store: AnswerStore) -> None:
    answer = a_signed_answer()

    first = await store.add_answer(answer, (A_PAGE,), a_position(8), NOON)
    again = await store.add_answer(answer, (), a_position(9), LATER)

    assert (first, again) == (Added.NEW, Added.REPEAT)
    assert await store.positions(ANSWER_PUBLISHED) == {3: 9}
    found = await store.answer(ANSWER_ID)
    assert found
    assert found.signed == answer
    assert found.media_types == ("text/html",)
    assert await store.rendering(QUESTION_ID, 1, "text/html") == A_PAGE.content


async def test_never_replaces_an_answer_by_other_bytes(store: AnswerStore) -> None:
    winner = a_signed_answer()
    await store.add_answer(winner, (), a_position(8), NOON)

    added = await store.add_answer(a_signed_answer(document=b"{}"), (A_PAGE,), a_position(9), LATER)

    assert added is Added.CONFLICT
    assert await store.positions(ANSWER_PUBLISHED) == {3: 8}
    found = await store.answer(QUESTION_ID)
    assert found
    assert found.signed == winner
    assert found.media_types == ()


async def test_refuses_one_answer_id_for_two_questions(store: AnswerStore) -> None:
    await store.add_answer(a_signed_answer(), (), a_position(), NOON)

    added = await store.add_answer(a_signed_answer(question_id=OTHER_ID), (), a_position(), NOON)

    assert added is Added.CONFLICT
    assert await store.progress(OTHER_ID) is None


async def test_serves_the_highest_version_whatever_the_order(store: AnswerStore) -> None:
    second = a_signed_answer(version=2, answer_id="ans_second", outcome="refused")
    first = a_signed_answer()
    await store.add_answer(second, (), a_position(8), NOON)
    await store.add_answer(first, (), a_position(9), NOON)

    for name in (QUESTION_ID, ANSWER_ID, "ans_second"):
        newest, oldest = await store.answer(name), await store.answer(name, 1)
        assert newest
        assert newest.signed == second
        assert oldest
        assert (oldest.signed, oldest.latest_version) == (first, 2)
        assert await store.answer(name, 3) is None
    found = await store.progress(QUESTION_ID)
    assert found
    assert (found.outcome, found.answer_id) == ("refused", "ans_second")


async def test_moves_positions_on_for_each_partition(store: AnswerStore) -> None:
    await store.advance(a_position(4, partition=0))
    await store.advance(a_position(9, partition=1))
    await store.advance(a_position(5, partition=0))

    assert await store.positions(ANSWER_PUBLISHED) == {0: 5, 1: 9}
    assert await store.positions("another") == {}


# --- SQLite alone ---


async def test_still_knows_everything_after_a_restart(tmp_path: Path) -> None:
    before = SqliteStore(tmp_path / "gateway.db")
    await before.start()
    await before.reserve(a_reservation())
    await before.add_answer(a_signed_answer(), (A_PAGE,), a_position(), NOON)
    await before.stop()

    after = SqliteStore(tmp_path / "gateway.db")
    await after.start()
    try:
        assert (await after.reserve(a_reservation())).claim is Claim.REPLAY
        found = await after.answer(ANSWER_ID)
        assert found
        assert found.signed == a_signed_answer()
        assert await after.positions(ANSWER_PUBLISHED) == {3: 8}
    finally:
        await after.stop()


@pytest.mark.parametrize("damage", ["header", "page", "format"])
async def test_says_in_one_line_that_a_store_is_damaged(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "gateway.db"
    store = SqliteStore(path)
    await store.start()
    for n in range(200):
        await store.advance(a_position(partition=n))
    await store.stop()
    if damage == "format":
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    else:
        content = bytearray(path.read_bytes())
        start = 0 if damage == "header" else len(content) - 3000
        content[start : start + 2000] = b"\x7f" * 2000
        path.write_bytes(content)

    with pytest.raises(DependencyMissing, match=r"gateway\.db") as raised:
        await SqliteStore(path).start()

    assert isinstance(raised.value, StartupError)
    assert "\n" not in str(raised.value)


async def test_is_away_while_another_holds_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BUSY", 0.01)
    store = SqliteStore(tmp_path / "gateway.db")
    await store.start()
    other = sqlite3.connect(tmp_path / "gateway.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(UpstreamUnavailable, match="store"):
        await store.reserve(a_reservation())

    other.execute("ROLLBACK")
    other.close()
    assert (await store.reserve(a_reservation())).claim is Claim.NEW
    await store.stop()
    with pytest.raises(UpstreamUnavailable, match="store"):
        await store.progress(QUESTION_ID)


async def test_keeps_nothing_of_an_answer_that_fails_midway(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "gateway.db")
    await store.start()
    broken = Rendering("text/html", None)  # type: ignore[arg-type]

    with pytest.raises(UpstreamUnavailable):
        await store.add_answer(a_signed_answer(), (broken,), a_position(), NOON)

    assert await store.answer(QUESTION_ID) is None
    assert await store.positions(ANSWER_PUBLISHED) == {}
    await store.stop()
