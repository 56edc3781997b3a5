"""One behaviour for every store of decisions: in memory, on SQLite and on PostgreSQL."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text, update

from caveat.attestation import canonical, sha256_hex
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.errors import PermanentError, UnknownRecord, UpstreamUnavailable
from caveat.model import DecisionRecord
from services.guard import tables
from services.guard.__main__ import MIGRATIONS
from services.guard.ports import Decision, DecisionStore
from services.guard.sealing import SALT_BYTES, salted
from services.guard.stores import RelationalDecisionStore
from tests.unit.guard.fakes import FakeDecisionStore

DRAFTS_KEY = b"k" * 32
SALT = b"s" * SALT_BYTES
DRAFT = b"the draft's bytes: a canary"
MANY = 1_000_000


@pytest.fixture
async def kept(store_url: str) -> AsyncIterator[Store]:
    """What lies under the store, on each kind of database."""
    under = Store(store_url, MIGRATIONS, name="guard", readiness=Readiness("guard"))
    await under.start()
    yield under
    await under.stop()


@pytest.fixture
def real(kept: Store) -> RelationalDecisionStore:
    return RelationalDecisionStore(kept, DRAFTS_KEY)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[DecisionStore]:
    if request.param == "fake":
        yield FakeDecisionStore()
        return
    url = f"sqlite:///{tmp_path}/guard.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    under = Store(url, MIGRATIONS, name="guard", readiness=Readiness("guard"))
    await under.start()
    yield RelationalDecisionStore(under, DRAFTS_KEY)
    await under.stop()


def a_maker(
    question_id: str, version: int = 1, note: str = "", size: int = 0
) -> Callable[[int], Decision]:
    def make(number: int) -> Decision:
        record = {"draft_digest": sha256_hex(SALT + DRAFT), "number": number, "x": "x" * size}
        return Decision(
            number=number,
            question_id=question_id,
            version=version,
            digest=f"digest {note}",
            document=b'{"a":"\xf0\x9d\x95\x8a"}',
            jws="a..b",
            record=canonical(record),
            record_jws=f"c..{number}",
        )

    return make


class Burst(Exception):
    pass


async def decide(store: DecisionStore, question_id: str, version: int = 1, **options: Any) -> Any:
    """Decide about a draft."""
    return await store.decide_once(
        question_id, version, a_maker(question_id, version), draft=salted(DRAFT, SALT), **options
    )


# --- decisions -----------------------------------------------------------------------------------


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
    assert len(await store.after(0, 100, most_bytes=MANY)) == 1


async def test_twenty_questions_at_once_get_twenty_numbers(store: DecisionStore) -> None:
    outcomes = await asyncio.gather(*(decide(store, f"q{n}") for n in range(20)))

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
    made = [(await store.decide_once(f"q{n}", 1, a_maker(f"q{n}")))[0] for n in (1, 2, 3)]

    assert await store.after(0, 2, most_bytes=MANY) == (
        DecisionRecord(1, "q1", 1, made[0].record, "c..1"),
        DecisionRecord(2, "q2", 1, made[1].record, "c..2"),
    )
    assert [r.number for r in await store.after(2, 10, most_bytes=MANY)] == [3]
    assert await store.after(3, 10, most_bytes=MANY) == ()


@pytest.mark.parametrize(("most", "numbers"), [(1, [1]), (2_000, [1, 2]), (2_600, [1, 2, 3])])
async def test_lists_no_more_than_fits_and_always_one(
    store: DecisionStore, most: int, numbers: list[int]
) -> None:
    for n, size in ((1, 500), (2, 500), (3, 500)):
        await store.decide_once(f"q{n}", 1, a_maker(f"q{n}", size=size))

    assert [r.number for r in await store.after(0, 10, most_bytes=most)] == numbers


# --- drafts --------------------------------------------------------------------------------------


async def test_gives_back_the_draft_of_a_decision(store: DecisionStore) -> None:
    made, _ = await decide(store, "q1")

    assert await store.draft_of(1) == (made, DRAFT)


async def test_each_version_of_a_question_keeps_a_draft(store: DecisionStore) -> None:
    await decide(store, "q1")
    await decide(store, "q1", 2)

    assert [(await store.draft_of(n))[0].version for n in (1, 2)] == [1, 2]


async def test_says_why_there_is_no_draft(store: DecisionStore) -> None:
    await store.decide_once("q1", 1, a_maker("q1"))
    await decide(store, "q2")
    await store.erase("q2")

    with pytest.raises(UnknownRecord, match="there is no decision 3"):
        await store.draft_of(3)
    with pytest.raises(UnknownRecord, match="decision 1 keeps no draft"):
        await store.draft_of(1)
    with pytest.raises(UnknownRecord, match="the draft of decision 2 was erased"):
        await store.draft_of(2)


async def test_erasing_takes_the_drafts_of_one_question_and_leaves_every_decision(
    store: DecisionStore,
) -> None:
    for question_id, version in (("q1", 1), ("q1", 2), ("q2", 1)):
        await decide(store, question_id, version)
    before = [await store.find("q1", 1), await store.find("q1", 2)]
    records = await store.after(0, 10, most_bytes=MANY)

    assert await store.erase("q1")

    assert [await store.find("q1", 1), await store.find("q1", 2)] == before
    assert await store.after(0, 10, most_bytes=MANY) == records
    for number in (1, 2):
        with pytest.raises(UnknownRecord, match="erased"):
            await store.draft_of(number)
    assert (await store.draft_of(3))[1] == DRAFT


async def test_erasing_twice_or_nothing_erases_nothing(store: DecisionStore) -> None:
    await decide(store, "q1")

    assert [await store.erase(q) for q in ("q1", "q1", "q2")] == [True, False, False]


async def test_a_draft_does_not_come_back_after_its_question_was_erased(
    store: DecisionStore,
) -> None:
    await decide(store, "q1")
    await store.erase("q1")

    made, stored_now = await decide(store, "q1", 2)

    assert (made.number, stored_now) == (2, True)
    with pytest.raises(UnknownRecord):
        await store.draft_of(2)


# --- what lies in the database -------------------------------------------------------------------


async def test_the_tables_are_those_that_the_migrations_make(kept: Store) -> None:
    def differences(db: Connection) -> tuple[Any, Any]:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        found = inspect(db)
        columns = {
            table: [(c["name"], c["nullable"]) for c in found.get_columns(table)]
            for table in tables.metadata.tables
        }
        return compare_metadata(context, tables.metadata), columns

    differing, columns = await kept.read(differences)

    assert [d for d in differing if getattr(d[1], "name", "") != "alembic_version"] == []
    assert columns == {
        name: [(column.name, bool(column.nullable)) for column in table.columns]
        for name, table in tables.metadata.tables.items()
    }


async def test_keeps_no_draft_that_can_be_read_without_the_key(
    kept: Store, real: RelationalDecisionStore
) -> None:
    await decide(real, "q1")

    def everything(db: Connection) -> bytes:
        rows = (db.execute(table.select()).all() for table in tables.metadata.sorted_tables)
        cells = itertools.chain.from_iterable(itertools.chain.from_iterable(rows))
        return b"".join(c if isinstance(c, bytes) else str(c).encode() for c in cells)

    found = await kept.read(everything)
    assert b"draft_digest" in found
    assert b"canary" not in found
    assert kept.path is None or b"canary" not in kept.path.read_bytes()


async def test_no_two_drafts_are_sealed_alike(kept: Store, real: RelationalDecisionStore) -> None:
    for question_id, version in (("q1", 1), ("q1", 2), ("q2", 1)):
        await decide(real, question_id, version)

    rows = await kept.read(lambda db: db.execute(tables.drafts.select()).all())
    keys = await kept.read(lambda db: db.execute(tables.draft_keys.select()).all())

    assert len({bytes(row.nonce) for row in rows}) == 3
    assert len({bytes(row.sealed) for row in rows}) == 3
    assert len({bytes(row.wrapped) for row in keys}) == 2


async def test_an_erased_key_is_nowhere_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "guard.db"
    under = Store(f"sqlite:///{path}", MIGRATIONS, name="guard", readiness=Readiness("guard"))
    await under.start()
    store = RelationalDecisionStore(under, DRAFTS_KEY)
    await decide(store, "q1")
    wrapped = await under.read(lambda db: db.execute(tables.draft_keys.select()).one().wrapped)

    def files() -> bytes:
        return b"".join(file.read_bytes() for file in sorted(tmp_path.glob("guard.db*")))

    assert wrapped in files()
    await store.erase("q1")
    assert wrapped not in files()
    await under.stop()
    assert wrapped not in files()


async def test_a_decision_and_its_draft_are_stored_together_or_not_at_all(kept: Store) -> None:
    def no_randomness(count: int) -> bytes:
        raise Burst

    store = RelationalDecisionStore(kept, DRAFTS_KEY, no_randomness)

    with pytest.raises(Burst):
        await decide(store, "q1")

    assert await store.find("q1", 1) is None


async def test_the_wrong_drafts_key_opens_nothing_and_keeps_what_is_decided_waiting(
    kept: Store, real: RelationalDecisionStore
) -> None:
    await decide(real, "q1")
    wrong = RelationalDecisionStore(kept, b"w" * 32)

    with pytest.raises(PermanentError, match="drafts key"):
        await wrong.draft_of(1)
    with pytest.raises(UpstreamUnavailable, match="drafts key"):
        await decide(wrong, "q1", 2)
    assert await wrong.find("q1", 2) is None
    assert (await decide(wrong, "q2"))[1]


def altered(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]


async def test_an_altered_draft_is_an_error_and_no_draft(
    kept: Store, real: RelationalDecisionStore
) -> None:
    await decide(real, "q1")
    [row] = await kept.read(lambda db: db.execute(tables.drafts.select()).all())

    for changes in ({"sealed": altered(row.sealed)}, {"sealed": row.sealed, "nonce": b"n" * 12}):
        statement = update(tables.drafts).values(**changes)
        await kept.write(lambda db, s=statement: db.execute(s))
        with pytest.raises(PermanentError, match="altered or moved"):
            await real.draft_of(1)


@pytest.mark.parametrize("table", ["drafts", "draft_keys"])
async def test_rows_that_were_swapped_are_an_error_and_no_draft(
    kept: Store, real: RelationalDecisionStore, table: str
) -> None:
    for question_id, version in (("q1", 1), ("q1", 2), ("q2", 1)):
        await decide(real, question_id, version)
    swapped = tables.metadata.tables[table]
    own = swapped.primary_key.columns.values()[0]
    rows = await kept.read(lambda db: db.execute(swapped.select().order_by(own)).all())

    def swap(db: Connection) -> None:
        for here, there in itertools.pairwise([*rows, rows[0]]):
            values = {k: v for k, v in there._asdict().items() if k != own.name}
            db.execute(update(swapped).where(own == here[0]).values(**values))

    await kept.write(swap)

    for number in (1, 2, 3):
        with pytest.raises(PermanentError, match="altered or moved"):
            await real.draft_of(number)


async def test_a_draft_that_is_not_the_recorded_one_is_an_error(
    kept: Store, real: RelationalDecisionStore
) -> None:
    await decide(real, "q1")
    other = canonical({"draft_digest": sha256_hex(DRAFT)})
    await kept.write(lambda db: db.execute(update(tables.decisions).values(record=other)))

    with pytest.raises(PermanentError, match="not the one"):
        await real.draft_of(1)
    await kept.write(lambda db: db.execute(update(tables.decisions).values(record=b"no JSON")))
    with pytest.raises(PermanentError, match="cannot be read"):
        await real.draft_of(1)


async def test_two_instances_make_one_decision_and_no_gap(store_url: str) -> None:
    stores = [
        Store(store_url, MIGRATIONS, name="guard", readiness=Readiness("guard")) for _ in range(2)
    ]
    await asyncio.gather(*(under.start() for under in stores))
    one, other = (RelationalDecisionStore(under, DRAFTS_KEY) for under in stores)

    outcomes = await asyncio.gather(
        *(decide(store, f"q{n}") for n in range(10) for store in (one, other))
    )

    assert sum(stored_now for _, stored_now in outcomes) == 10
    assert sorted({decision.number for decision, _ in outcomes}) == list(range(1, 11))
    assert await one.draft_of(5) == await other.draft_of(5)
    await asyncio.gather(*(under.stop() for under in stores))


async def test_a_decision_survives_the_process(store_url: str) -> None:
    made = []
    for _ in range(2):
        under = Store(store_url, MIGRATIONS, name="guard", readiness=Readiness("guard"))
        await under.start()
        made.append(await decide(RelationalDecisionStore(under, DRAFTS_KEY), "q1"))
        await under.stop()

    assert made == [(made[0][0], True), (made[0][0], False)]


async def test_a_table_that_is_gone_is_away_for_every_call(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/guard.db"
    under = Store(url, MIGRATIONS, name="guard", readiness=Readiness("guard"))
    await under.start()
    store = RelationalDecisionStore(under, DRAFTS_KEY)
    for table in ("drafts", "draft_keys", "decisions"):
        drop = text(f"DROP TABLE {table}")
        await under.write(lambda db, drop=drop: db.execute(drop))

    for call in (
        decide(store, "q1"),
        store.find("q1", 1),
        store.after(0, 1, most_bytes=MANY),
        store.draft_of(1),
        store.erase("q1"),
    ):
        with pytest.raises(UpstreamUnavailable, match="guard-store"):
            await call
    await under.stop()
