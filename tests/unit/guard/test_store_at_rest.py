"""What lies in the database of decisions: sealed drafts, erased keys, altered rows."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text, update

from caveat.attestation import canonical, sha256_hex
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.errors import PermanentError, UpstreamUnavailable
from services.guard import tables
from services.guard.__main__ import MIGRATIONS
from services.guard.stores import RelationalDecisionStore
from tests.unit.guard.deciding import DRAFT, DRAFTS_KEY, MANY, Burst, decide


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
