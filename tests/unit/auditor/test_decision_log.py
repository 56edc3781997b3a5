import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from caveat.errors import (
    DependencyMissing,
    UnknownRecord,
    UpstreamUnavailable,
    VerificationFailed,
)
from services.auditor.adapters import SqliteDecisionLog
from services.auditor.core import Search
from services.auditor.ports import DecisionLog
from tests.unit.auditor.builders import an_entry
from tests.unit.auditor.fakes import FakeDecisionLog

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
ALL = Search("", 0, 1000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "auditor" / "auditor.db"


@pytest.fixture
async def sqlite_log(path: Path) -> AsyncIterator[SqliteDecisionLog]:
    log = SqliteDecisionLog(path)
    await log.start()
    yield log
    await log.stop()


@pytest.fixture(params=["fake", "sqlite"])
def log(request: pytest.FixtureRequest, sqlite_log: SqliteDecisionLog) -> DecisionLog:
    return FakeDecisionLog() if request.param == "fake" else sqlite_log


# --- what every decision log does ----------------------------------------------------------------


async def test_reads_back_the_bytes_that_were_appended(log: DecisionLog) -> None:
    entry = an_entry(3, record=b'{"a":"\xc3\xa9\x00"}')

    assert await log.append(entry, NOW)

    assert await log.get(entry.question_id, 1) == entry.decision


async def test_takes_a_repeat_for_what_it_is(log: DecisionLog) -> None:
    entry = an_entry(1)

    assert await log.append(entry, NOW)
    assert not await log.append(entry, NOW)

    assert await log.search(ALL) == (entry.decision,)


async def test_keeps_the_first_of_two_decisions_with_one_number(log: DecisionLog) -> None:
    first = an_entry(1)
    await log.append(first, NOW)

    with pytest.raises(VerificationFailed):
        await log.append(an_entry(1, record=b"another"), NOW)

    assert await log.search(ALL) == (first.decision,)


async def test_keeps_the_first_of_two_decisions_about_one_answer(log: DecisionLog) -> None:
    first = an_entry(1)
    await log.append(first, NOW)

    with pytest.raises(VerificationFailed):
        await log.append(an_entry(2, question_id=first.question_id), NOW)

    assert await log.search(ALL) == (first.decision,)


async def test_keeps_each_version_of_an_answer(log: DecisionLog) -> None:
    first = an_entry(1)
    second = an_entry(2, question_id=first.question_id, version=2)

    await log.append(first, NOW)
    await log.append(second, NOW)

    assert await log.get(first.question_id, 2) == second.decision


async def test_says_that_a_decision_is_unknown(log: DecisionLog) -> None:
    entry = an_entry(1)
    await log.append(entry, NOW)

    with pytest.raises(UnknownRecord):
        await log.get(entry.question_id, 2)


async def test_lists_decisions_by_number_after_one_and_within_a_limit(log: DecisionLog) -> None:
    entries = {number: an_entry(number) for number in (5, 1, 9, 3)}
    for entry in entries.values():
        await log.append(entry, NOW)

    found = await log.search(Search("", 1, 2))

    assert found == (entries[3].decision, entries[5].decision)


async def test_lists_decisions_of_one_verdict(log: DecisionLog) -> None:
    for number, verdict in enumerate(("pass", "refuse", "pass", "failed"), start=1):
        await log.append(an_entry(number, verdict=verdict), NOW)

    assert [d.number for d in await log.search(Search("pass", 0, 100))] == [1, 3]
    assert await log.search(Search("insufficient_evidence", 0, 100)) == ()


# --- what the one on disk does besides -----------------------------------------------------------


async def test_keeps_every_column_over_a_restart(sqlite_log: SqliteDecisionLog, path: Path) -> None:
    entry = an_entry(4)
    await sqlite_log.append(entry, NOW)
    await sqlite_log.stop()

    again = SqliteDecisionLog(path)
    await again.start()
    found = await again.get(entry.question_id, 1)
    await again.stop()

    assert found == entry.decision
    store = sqlite3.connect(path)
    rows = store.execute("SELECT * FROM decisions").fetchall()
    store.close()
    assert rows == [
        (4, entry.question_id, 1, "pass", "2026-11-22T10:00:00Z", b"record 4",
         "header..signature", "0" * 64, "2026-11-22T10:00:00+00:00"),
    ]  # fmt: skip


@pytest.mark.parametrize("change", ["UPDATE decisions SET verdict = 'x'", "DELETE FROM decisions"])
async def test_the_file_itself_refuses_changes(
    sqlite_log: SqliteDecisionLog, path: Path, change: str
) -> None:
    await sqlite_log.append(an_entry(1), NOW)
    store = sqlite3.connect(path)

    with pytest.raises(sqlite3.IntegrityError, match="decisions are never"):
        store.execute(change)

    store.close()


async def test_waits_while_the_store_is_locked(sqlite_log: SqliteDecisionLog, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    with pytest.raises(UpstreamUnavailable, match="auditor store is unavailable"):
        await sqlite_log.append(an_entry(1), NOW)

    other.execute("ROLLBACK")
    other.close()
    assert await sqlite_log.append(an_entry(1), NOW)


async def test_waits_while_the_file_is_away_and_never_makes_another(
    sqlite_log: SqliteDecisionLog, path: Path
) -> None:
    entry = an_entry(1)
    await sqlite_log.append(entry, NOW)
    away = path.parent.rename(path.parent.with_name("away"))

    with pytest.raises(UpstreamUnavailable):
        await sqlite_log.append(an_entry(2), NOW)

    away.rename(path.parent)  # fails if another folder had been made in its place
    assert await sqlite_log.append(an_entry(2), NOW)
    assert [d.number for d in await sqlite_log.search(ALL)] == [1, 2]


async def test_reads_the_store_that_is_there_after_another_took_its_place(
    sqlite_log: SqliteDecisionLog, path: Path
) -> None:
    await sqlite_log.append(an_entry(1), NOW)
    restored = SqliteDecisionLog(path.parent.with_name("restored") / path.name)
    await restored.start()
    await restored.append(an_entry(8), NOW)
    await restored.stop()

    path.parent.rename(path.parent.with_name("away"))
    path.parent.with_name("restored").rename(path.parent)

    assert [d.number for d in await sqlite_log.search(ALL)] == [8]


async def test_does_not_start_on_a_file_that_is_no_store(path: Path) -> None:
    path.parent.mkdir()
    with path.open("wb") as file:
        file.write(b"not a database" * 100)

    with pytest.raises(DependencyMissing, match=r"auditor\.db cannot be used") as caught:
        await SqliteDecisionLog(path).start()

    assert "\n" not in str(caught.value)


async def test_does_not_start_on_a_damaged_store(sqlite_log: SqliteDecisionLog, path: Path) -> None:
    for number in range(1, 200):
        await sqlite_log.append(an_entry(number, record=b"x" * 2000), NOW)
    await sqlite_log.stop()
    with path.open("r+b") as file:
        file.seek(20_000)
        file.write(b"\xff" * 20_000)

    with pytest.raises(DependencyMissing, match=r"auditor\.db cannot be used: ") as caught:
        await SqliteDecisionLog(path).start()

    assert "\n" not in str(caught.value)


async def test_does_not_start_on_a_store_of_another_format(path: Path) -> None:
    path.parent.mkdir()
    store = sqlite3.connect(path)
    store.execute("CREATE TABLE other (x)")
    store.close()

    with pytest.raises(DependencyMissing, match="it is of format 0"):
        await SqliteDecisionLog(path).start()


async def test_does_not_start_where_no_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "auditor").write_text("a file")

    with pytest.raises(DependencyMissing):
        await SqliteDecisionLog(tmp_path / "auditor" / "auditor.db").start()
