"""What every audit log does, on SQLite and on PostgreSQL."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from caveat.attestation import LogKeys, NoteSigner
from caveat.chassis.readiness import Readiness
from caveat.chassis.store import Store
from caveat.errors import UnknownRecord, UpstreamUnavailable, VerificationFailed
from caveat.model import Leaf, LeafKind
from services.auditor import merkle
from services.auditor.__main__ import MIGRATIONS
from services.auditor.adapters import StoreDecisionLog
from services.auditor.core import Search
from services.auditor.ports import Standing
from services.auditor.tables import TABLES
from tests.unit.auditor.builders import NOW, an_entry, an_operation
from tests.unit.auditor.trees import root_of

ALL = Search("", 0, 1000)


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    store = Store(store_url, MIGRATIONS, name="auditor", readiness=Readiness("auditor"))
    await store.start()
    yield store
    await store.stop()


async def test_reads_back_the_bytes_that_were_appended(log: StoreDecisionLog) -> None:
    entry = an_entry(1, record=b'{"a":"\xc3\xa9\x00"}')

    assert await log.append([entry], NOW) == 1

    assert await log.get(entry.question_id, 1) == entry.decision
    assert await log.kept({1, 2}) == {1: entry.decision}
    assert await log.leaves(0, 9) == (Leaf(0, LeafKind.DECISION, entry.record, entry.jws),)


async def test_takes_decisions_only_in_the_order_of_their_numbers(log: StoreDecisionLog) -> None:
    with pytest.raises(UpstreamUnavailable, match="so 2 cannot be the next"):
        await log.append([an_entry(2)], NOW)
    assert await log.append([an_entry(1), an_entry(2)], NOW) == 2
    with pytest.raises(UpstreamUnavailable, match="so 2 cannot be the next"):
        await log.append([an_entry(2)], NOW)

    assert [d.number for d in await log.search(ALL)] == [1, 2]


async def test_stops_before_a_second_decision_about_one_answer(log: StoreDecisionLog) -> None:
    first = an_entry(1)
    second = an_entry(2, question_id=first.question_id)

    assert await log.append([first, second, an_entry(3)], NOW) == 1
    with pytest.raises(VerificationFailed, match="decision 2 differs from decision 1"):
        await log.append([second], NOW)

    assert await log.search(ALL) == (first.decision,)


async def test_keeps_each_version_of_an_answer(log: StoreDecisionLog) -> None:
    first = an_entry(1)
    second = an_entry(2, question_id=first.question_id, version=2)

    await log.append([first, second], NOW)

    assert await log.get(first.question_id, 2) == second.decision
    with pytest.raises(UnknownRecord):
        await log.get(first.question_id, 3)


async def test_lists_decisions_after_a_number_of_a_verdict_and_within_a_limit(
    log: StoreDecisionLog,
) -> None:
    verdicts = ("pass", "refuse", "pass", "failed", "pass")
    await log.append([an_entry(n, verdict=v) for n, v in enumerate(verdicts, 1)], NOW)

    assert [d.number for d in await log.search(Search("", 1, 2))] == [2, 3]
    assert [d.number for d in await log.search(Search("pass", 1, 9))] == [3, 5]
    assert await log.search(Search("insufficient_evidence", 0, 9)) == ()


async def test_numbers_leaves_of_both_kinds_in_one_order(log: StoreDecisionLog) -> None:
    await log.append([an_entry(1)], NOW)
    assert await log.append_operation(an_operation(), NOW) == 1
    await log.append([an_entry(2)], NOW)

    assert [(leaf.index, leaf.kind) for leaf in await log.leaves(0, 9)] == [
        (0, LeafKind.DECISION), (1, LeafKind.OPERATION), (2, LeafKind.DECISION),
    ]  # fmt: skip
    assert [leaf.index for leaf in await log.leaves(1, 1)] == [1]


async def test_says_how_far_it_is(log: StoreDecisionLog, note_signer: NoteSigner) -> None:
    assert await log.standing() == Standing(0, 0, 0, None)
    await log.append([an_entry(1), an_entry(2)], NOW)
    await log.append_operation(an_operation(), NOW + timedelta(seconds=1))
    assert await log.standing() == Standing(3, 2, 0, NOW)

    assert await log.add_checkpoint(note_signer, NOW) == 3

    assert await log.standing() == Standing(3, 2, 3, None)


async def test_signs_the_log_when_it_has_grown_and_not_otherwise(
    log: StoreDecisionLog, note_signer: NoteSigner, log_keys: LogKeys
) -> None:
    assert await log.add_checkpoint(note_signer, NOW) == 0
    with pytest.raises(UnknownRecord, match="no checkpoint yet"):
        await log.checkpoint(0)
    await log.append([an_entry(1), an_entry(2), an_entry(3)], NOW)
    await log.add_checkpoint(note_signer, NOW)
    note = await log.checkpoint(0)

    assert await log.add_checkpoint(note_signer, NOW) == 3
    opened = log_keys.open_checkpoint(note)
    assert (opened.origin, opened.size) == ("caveat.local/log", 3)
    assert opened.root == root_of([merkle.leaf_hash(b"record %d" % n) for n in (1, 2, 3)])
    assert await log.checkpoint(3) == note
    with pytest.raises(UnknownRecord, match="of size 2"):
        await log.checkpoint(2)


@pytest.mark.parametrize("seed", range(2))
async def test_proves_every_decision_and_every_pair_of_checkpoints(
    log: StoreDecisionLog, note_signer: NoteSigner, log_keys: LogKeys, seed: int
) -> None:
    chance, number, sizes = random.Random(seed), 0, list[int]()
    while number < 40:
        count = chance.randrange(1, 9)
        await log.append([an_entry(number + n) for n in range(1, count + 1)], NOW)
        number += count
        if chance.random() < 0.3:
            await log.append_operation(an_operation(number), NOW)
        sizes.append(await log.add_checkpoint(note_signer, NOW))
    roots = {size: log_keys.open_checkpoint(await log.checkpoint(size)).root for size in sizes}

    for wanted in range(1, number + 1):
        for size in (0, *(size for size in sizes if size >= 45)):
            proof = await log.prove(wanted, size)
            assert proof.leaf.content == f"record {wanted}".encode()
            assert proof.checkpoint == await log.checkpoint(proof.tree_size)
            merkle.verify_inclusion(
                merkle.leaf_hash(proof.leaf.content), proof.leaf.index, proof.tree_size,
                path=proof.path, root_hash=roots[proof.tree_size],
            )  # fmt: skip
    for second in sizes:
        for first in (size for size in sizes if size <= second):
            consistency = await log.prove_consistency(first, second)
            assert consistency.second == await log.checkpoint(second)
            merkle.verify_consistency(
                first, second, path=consistency.path,
                first_root=roots[first], second_root=roots[second],
            )  # fmt: skip


async def test_proves_nothing_that_no_checkpoint_covers(
    log: StoreDecisionLog, note_signer: NoteSigner
) -> None:
    await log.append([an_entry(1)], NOW)
    await log.add_checkpoint(note_signer, NOW)
    await log.append([an_entry(2)], NOW)
    await log.add_checkpoint(note_signer, NOW)

    with pytest.raises(UnknownRecord, match="decision 3 is not in the log"):
        await log.prove(3, 0)
    with pytest.raises(UnknownRecord, match="the checkpoint is older"):
        await log.prove(2, 1)
    with pytest.raises(UnknownRecord, match="is older than that of"):
        await log.prove_consistency(2, 1)


async def test_never_signs_a_fork_of_what_it_signed(
    log: StoreDecisionLog, store: Store, note_signer: NoteSigner
) -> None:
    await log.append([an_entry(1), an_entry(2)], NOW)
    await log.add_checkpoint(note_signer, NOW)
    await log.append([an_entry(3)], NOW)
    forged = merkle.leaf_hash(b"another").hex()
    literal = f"X'{forged}'" if store.path else f"'\\x{forged}'"
    await store.write(lambda db: drop_guards(db, "leaves"))
    await store.write(
        lambda db: db.execute(text(f'UPDATE leaves SET leaf_hash = {literal} WHERE "index" = 1'))
    )
    await store.write(lambda db: drop_guards(db, "nodes"))
    await store.write(lambda db: db.execute(text(f"UPDATE nodes SET hash = {literal}")))

    with pytest.raises(VerificationFailed, match="does not continue its checkpoint of size 2"):
        await log.add_checkpoint(note_signer, NOW)

    assert (await log.standing()).covered == 2


def drop_guards(connection, table: str) -> None:
    suffix = "" if connection.dialect.name == "sqlite" else f" ON {table}"
    for name in ("changed", "removed"):
        connection.execute(text(f"DROP TRIGGER {table}_are_not_{name}{suffix}"))


@pytest.mark.parametrize("table", [table.name for table in TABLES])
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
async def test_the_database_itself_refuses_changes(
    log: StoreDecisionLog, store: Store, note_signer: NoteSigner, table: str, change: str
) -> None:
    await log.append([an_entry(1), an_entry(2)], NOW)
    await log.add_checkpoint(note_signer, NOW)
    column = next(t for t in TABLES if t.name == table).columns.values()[-1].name
    statement = text(change.format(table, column))

    with pytest.raises((DBAPIError, UpstreamUnavailable), match="never changed"):
        await store.write(lambda connection: connection.execute(statement))


async def test_the_database_refuses_to_replace_a_row(store: Store, log: StoreDecisionLog) -> None:
    await log.append([an_entry(1), an_entry(2)], NOW)
    if store.path is None:
        pytest.skip("INSERT OR REPLACE is SQLite's")
    for statement in (
        "INSERT OR REPLACE INTO leaves SELECT * FROM leaves",
        "INSERT OR REPLACE INTO decisions SELECT * FROM decisions",
        "INSERT OR REPLACE INTO nodes SELECT * FROM nodes",
    ):
        with pytest.raises(DBAPIError, match="never changed"):
            await store.write(lambda db, s=statement: db.execute(text(s)))


async def test_the_tables_are_those_that_the_migrations_make(store: Store) -> None:
    found = await store.read(
        lambda connection: {
            name: {
                (c["name"], c["nullable"], c["type"]._type_affinity.__name__)
                for c in inspect(connection).get_columns(name)
            }
            for name in inspect(connection).get_table_names()
            if name != "alembic_version"
        }
    )

    told = {
        table.name: {(c.name, c.nullable, c.type._type_affinity.__name__) for c in table.columns}
        for table in TABLES
    }
    assert {name: {(c, n) for c, n, _ in columns} for name, columns in found.items()} == {
        name: {(c, n) for c, n, _ in columns} for name, columns in told.items()
    }


async def test_a_row_that_should_not_be_there_is_waited_for(
    log: StoreDecisionLog, store: Store
) -> None:
    await log.append([an_entry(1)], NOW)
    row = "INSERT INTO nodes (level, \"index\", hash) VALUES (1, 0, 'x')"
    blob = "X'00'" if store.path else "'\\x00'"
    await store.write(lambda db: db.execute(text(row.replace("'x'", blob))))

    with pytest.raises(UpstreamUnavailable, match="caveat audit verify"):
        await log.append([an_entry(2)], NOW)

    assert (await log.standing()).newest == 1
