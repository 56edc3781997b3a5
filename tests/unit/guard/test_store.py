import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from caveat.errors import DependencyMissing, UpstreamUnavailable
from caveat.model import DecisionRecord
from services.guard.adapters import SqliteDecisionStore
from services.guard.ports import Decision, DecisionStore
from tests.unit.guard.fakes import FakeDecisionStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "guard" / "guard.db"


@pytest.fixture(params=["fake", "sqlite"])
def store(request: pytest.FixtureRequest, path: Path) -> DecisionStore:
    return FakeDecisionStore() if request.param == "fake" else SqliteDecisionStore(path)


def a_maker(question_id: str, version: int = 1, note: str = "") -> Callable[[int], Decision]:
    def make(number: int) -> Decision:
        return Decision(
            number,
            question_id,
            version,
            f"digest {note}",
            b"{}",
            "a..b",
            f"record {number}".encode(),
        )

    return make


class Burst(Exception):
    pass


async def test_stores_what_is_made_and_finds_it(store: DecisionStore) -> None:
    made, stored_now = await store.decide_once("q1", 1, a_maker("q1"))

    assert stored_now
    assert made == a_maker("q1")(1)
    assert await store.find("q1", 1) == made
    assert await store.find("q1", 2) is None
    assert await store.find("q2", 1) is None


async def test_the_first_writer_wins(store: DecisionStore) -> None:
    first, _ = await store.decide_once("q1", 1, a_maker("q1", note="first"))

    second, stored_now = await store.decide_once("q1", 1, a_maker("q1", note="second"))

    assert (second, stored_now) == (first, False)


async def test_nothing_is_made_for_what_is_decided(store: DecisionStore) -> None:
    def never(number: int) -> Decision:
        raise Burst

    first, _ = await store.decide_once("q1", 1, a_maker("q1"))

    assert await store.decide_once("q1", 1, never) == (first, False)


async def test_numbers_follow_one_another(store: DecisionStore) -> None:
    numbers = []
    for question_id, version in (("q1", 1), ("q2", 1), ("q1", 1), ("q1", 2)):
        made, _ = await store.decide_once(question_id, version, a_maker(question_id, version))
        numbers.append(made.number)

    assert numbers == [1, 2, 1, 3]


async def test_twenty_at_once_make_one_decision(store: DecisionStore) -> None:
    outcomes = await asyncio.gather(
        *(store.decide_once("q1", 1, a_maker("q1", note=str(n))) for n in range(20))
    )

    assert len({decision for decision, _ in outcomes}) == 1
    assert sum(stored_now for _, stored_now in outcomes) == 1
    assert len(await store.after(0, 100)) == 1


async def test_twenty_questions_at_once_get_twenty_numbers(store: DecisionStore) -> None:
    outcomes = await asyncio.gather(
        *(store.decide_once(f"q{n}", 1, a_maker(f"q{n}")) for n in range(20))
    )

    assert sorted(decision.number for decision, _ in outcomes) == list(range(1, 21))


async def test_a_maker_that_fails_stores_nothing_and_takes_no_number(store: DecisionStore) -> None:
    def failing(number: int) -> Decision:
        raise Burst

    with pytest.raises(Burst):
        await store.decide_once("q1", 1, failing)

    assert await store.find("q1", 1) is None
    made, stored_now = await store.decide_once("q1", 1, a_maker("q1"))
    assert (made.number, stored_now) == (1, True)


async def test_lists_records_in_order(store: DecisionStore) -> None:
    for n in (1, 2, 3):
        await store.decide_once(f"q{n}", 1, a_maker(f"q{n}"))

    assert await store.after(0, 2) == (
        DecisionRecord(1, "q1", 1, b"record 1"),
        DecisionRecord(2, "q2", 1, b"record 2"),
    )
    assert [r.number for r in await store.after(2, 10)] == [3]
    assert await store.after(3, 10) == ()


async def test_a_decision_survives_the_process(path: Path) -> None:
    made, _ = await SqliteDecisionStore(path).decide_once("q1", 1, a_maker("q1"))

    again = SqliteDecisionStore(path)

    assert await again.find("q1", 1) == made
    assert (await again.decide_once("q2", 1, a_maker("q2")))[0].number == 2


async def test_two_processes_make_one_decision(path: Path) -> None:
    one, other = SqliteDecisionStore(path), SqliteDecisionStore(path)

    outcomes = await asyncio.gather(
        *(store.decide_once("q1", 1, a_maker("q1")) for store in (one, other) * 5)
    )

    assert sum(stored_now for _, stored_now in outcomes) == 1


def test_a_damaged_file_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database, and it is long enough to be read as one" * 99)

    with pytest.raises(DependencyMissing, match=r"guard\.db"):
        SqliteDecisionStore(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DependencyMissing, match=r"guard\.db"):
        SqliteDecisionStore(tmp_path / "file" / "guard.db")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, path: Path) -> SqliteDecisionStore:
    """A store that waits no five seconds for a lock."""
    connect = sqlite3.connect

    def connect_soon(database: Path, **options: object) -> sqlite3.Connection:
        return connect(database, **(options | {"timeout": 0.05}))  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect_soon)
    store = SqliteDecisionStore(path)
    monkeypatch.undo()
    return store


async def test_a_locked_database_is_away_and_comes_back(
    impatient: SqliteDecisionStore, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(UpstreamUnavailable, match="guard store"):
        await impatient.decide_once("q1", 1, a_maker("q1"))
    assert await impatient.find("q1", 1) is None  # readers do not wait for a writer

    other.execute("ROLLBACK")
    other.close()
    assert (await impatient.decide_once("q1", 1, a_maker("q1")))[1]


async def test_a_table_that_is_gone_is_away_for_every_call(path: Path) -> None:
    store = SqliteDecisionStore(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("DROP TABLE decisions")
    other.close()

    with pytest.raises(UpstreamUnavailable):
        await store.decide_once("q1", 1, a_maker("q1"))
    with pytest.raises(UpstreamUnavailable):
        await store.find("q1", 1)
    with pytest.raises(UpstreamUnavailable):
        await store.after(0, 1)
