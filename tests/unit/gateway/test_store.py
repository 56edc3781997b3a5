import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from caveat.errors import DependencyMissing, UpstreamUnavailable
from caveat.pipeline import ANSWER_PUBLISHED
from services.gateway import tables
from services.gateway.adapters.statements import BACKLOG
from services.gateway.ports import AnswerStore
from services.gateway.records import Added, Backlog, Claim, Reserved
from tests.unit.gateway.builders import opened
from tests.unit.gateway.fakes import (
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


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AnswerStore]:
    if request.param == "fake":
        yield FakeStore()
        return
    url = f"sqlite:///{tmp_path}/gateway.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    async with opened(url) as made:
        yield made


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


async def test_follows_a_question_from_reservation_to_answer(store: AnswerStore) -> None:
    await store.reserve(a_reservation())
    reserved = await store.progress(QUESTION_ID)
    await store.accept(QUESTION_ID, LATER)
    accepted = await store.progress(QUESTION_ID)
    await store.note_progress(QUESTION_ID, 2, LATER + timedelta(seconds=1))
    await store.note_progress(QUESTION_ID, 1, LATER + timedelta(seconds=2))
    moved = await store.progress(QUESTION_ID)
    await store.add_answer(a_signed_answer(), a_position(), LATER + timedelta(seconds=3))
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
        a_signed_answer(question_id=OTHER_ID, answer_id="ans_other"), a_position(), NOON
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

    first = await store.add_answer(answer, a_position(8), NOON)
    again = await store.add_answer(answer, a_position(9), LATER)

    assert (first, again) == (Added.NEW, Added.REPEAT)
    assert await store.positions(ANSWER_PUBLISHED) == {3: a_position(9)}
    found = await store.answer(ANSWER_ID)
    assert found
    assert found.signed == answer


async def test_never_replaces_an_answer_by_other_bytes(store: AnswerStore) -> None:
    winner = a_signed_answer()
    await store.add_answer(winner, a_position(8), NOON)

    added = await store.add_answer(a_signed_answer(document=b"{}"), a_position(9), LATER)

    assert added is Added.CONFLICT
    assert await store.positions(ANSWER_PUBLISHED) == {3: a_position(8)}
    found = await store.answer(QUESTION_ID)
    assert found
    assert found.signed == winner


async def test_refuses_one_answer_id_for_two_questions(store: AnswerStore) -> None:
    await store.add_answer(a_signed_answer(), a_position(), NOON)

    added = await store.add_answer(a_signed_answer(question_id=OTHER_ID), a_position(), NOON)

    assert added is Added.CONFLICT
    assert await store.progress(OTHER_ID) is None


async def test_serves_the_highest_version_whatever_the_order(store: AnswerStore) -> None:
    second = a_signed_answer(version=2, answer_id="ans_second", outcome="refused")
    first = a_signed_answer()
    await store.add_answer(second, a_position(8), NOON)
    await store.add_answer(first, a_position(9), NOON)

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

    assert await store.positions(ANSWER_PUBLISHED) == {0: a_position(5, 0), 1: a_position(9, 1)}
    assert await store.positions("another") == {}


async def test_moves_a_position_back_when_the_log_was_made_anew(store: AnswerStore) -> None:
    await store.advance(a_position(900))
    await store.add_answer(a_signed_answer(), a_position(1), NOON)

    assert await store.positions(ANSWER_PUBLISHED) == {3: a_position(1)}


# --- on both kinds of database ---


async def test_still_knows_everything_after_a_restart(store_url: str) -> None:
    async with opened(store_url) as before:
        await before.reserve(a_reservation())
        await before.add_answer(a_signed_answer(), a_position(), NOON)

    async with opened(store_url) as after:
        assert (await after.reserve(a_reservation())).claim is Claim.REPLAY
        found = await after.answer(ANSWER_ID)
        assert found
        assert found.signed == a_signed_answer()
        assert await after.positions(ANSWER_PUBLISHED) == {3: a_position()}


async def test_shares_what_it_keeps_with_other_instances(store_url: str) -> None:
    async with opened(store_url) as one, opened(store_url) as other:
        first = await one.reserve(a_reservation())
        again = await other.reserve(a_reservation(question_id=OTHER_ID))
        await other.add_answer(a_signed_answer(), a_position(), NOON)
        found = await one.answer(QUESTION_ID)

    assert (first.claim, again.claim) == (Claim.NEW, Claim.UNSENT)
    assert again.question_id == first.question_id
    assert found
    assert found.signed == a_signed_answer()


async def test_keeps_nothing_of_an_answer_that_fails_midway(store_url: str) -> None:
    broken = replace(a_signed_answer(), jws=None)  # type: ignore[arg-type]
    async with opened(store_url) as store:
        with pytest.raises(Exception, match=r"(?i)null"):
            await store.add_answer(broken, a_position(), NOON)

        assert await store.answer(QUESTION_ID) is None
        assert await store.progress(QUESTION_ID) is None
        assert await store.positions(ANSWER_PUBLISHED) == {}


async def test_takes_one_statement_for_a_new_question(store_url: str) -> None:
    said: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    async with opened(store_url) as store:
        engine = await store._store.read(lambda db: db.engine)
        event.listen(engine, "before_cursor_execute", listen)
        await store.reserve(a_reservation())

    assert [statement.split()[:3] for statement in said if "questions" in statement] == [
        ["INSERT", "INTO", "questions"]
    ]


async def test_migrates_to_the_tables_that_the_code_knows(store_url: str) -> None:
    async with opened(store_url) as store:
        differences = await store._store.read(
            lambda db: compare_metadata(
                MigrationContext.configure(db, opts={"compare_type": True}), tables.metadata
            )
        )

    assert differences == []


async def test_counts_a_question_from_its_acceptance_to_its_first_answer(
    store: AnswerStore,
) -> None:
    await store.reserve(a_reservation())
    reserved = await store.backlog()
    await store.accept(QUESTION_ID, LATER)
    await store.note_progress(OTHER_ID, 2, LATER)  # another producer asked
    waiting = await store.backlog()
    await store.add_answer(a_signed_answer(), a_position(), LATER)
    answered = await store.backlog()
    await store.note_progress(QUESTION_ID, 5, LATER + timedelta(seconds=9))
    other = a_signed_answer(question_id=OTHER_ID, answer_id="ans_zzzzzzzzzzzzzzzzzzzzzzzzzz")
    await store.add_answer(other, a_position(9), LATER)

    assert reserved == Backlog(0, None)
    assert waiting == Backlog(2, NOON)
    assert answered == Backlog(1, LATER)
    assert await store.backlog() == Backlog(0, None)


async def test_counts_by_an_index_of_what_is_unfinished(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path}/gateway.db") as store:
        said = str(BACKLOG.compile(dialect=sqlite_dialect()))
        plan = await store._store.read(
            lambda db: db.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}").all()
        )

    assert [step.detail for step in plan] == ["SCAN questions USING INDEX unfinished_questions"]


async def test_a_store_of_the_version_before_learns_what_is_finished(store_url: str) -> None:
    async with opened(store_url) as store:
        await store.reserve(a_reservation(question_id=OTHER_ID, tag="other"))
        await store.accept(OTHER_ID, LATER)
        await store.add_answer(a_signed_answer(), a_position(), LATER)
        await store._store.write(_take_away_the_second_migration)
    async with opened(store_url) as store:
        assert await store.backlog() == Backlog(1, NOON)


def _take_away_the_second_migration(db: Any) -> None:
    for said in (
        "DROP INDEX unfinished_questions",
        "ALTER TABLE questions DROP COLUMN finished",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        db.exec_driver_sql(said)


# --- faults of a store ---


async def test_says_in_one_line_that_a_store_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "gateway.db"
    async with opened(f"sqlite:///{path}") as store:
        for n in range(200):
            await store.advance(a_position(partition=n))
    path.write_bytes(b"\x7f" * 2000 + path.read_bytes()[2000:])

    with pytest.raises(DependencyMissing, match=r"gateway\.db") as raised:
        async with opened(f"sqlite:///{path}"):
            pass

    assert "\n" not in str(raised.value)


async def test_is_away_while_another_holds_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("caveat.chassis.engines.BUSY", 0.01)
    async with opened(f"sqlite:///{tmp_path}/gateway.db") as store:
        with contextlib.closing(sqlite3.connect(tmp_path / "gateway.db")) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(UpstreamUnavailable, match="locked"):
                await store.reserve(a_reservation())
            other.rollback()
        assert (await store.reserve(a_reservation())).claim is Claim.NEW
