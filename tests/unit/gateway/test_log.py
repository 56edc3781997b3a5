"""Log: one behaviour for the fake and for the real auditor over gRPC."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from caveat import wire
from caveat.attestation import LOG_ORIGIN, NoteSigner, proof_document
from caveat.chassis.readiness import Readiness
from caveat.chassis.rpc import Servicer
from caveat.chassis.store import Store
from caveat.errors import UnknownRecord, UpstreamUnavailable, VerificationFailed
from caveat.model import Leaf, LeafKind
from caveat.v1 import auditor_service_pb2 as pb
from caveat.v1.auditor_service_pb2_grpc import (
    AuditorServiceServicer,
    add_AuditorServiceServicer_to_server,
)
from services.auditor.adapters import StoreDecisionLog
from services.auditor.rpc import AuditorServicer
from services.gateway.adapters import GrpcLog
from services.gateway.ports import Log
from tests.unit.auditor.builders import NOW, an_entry
from tests.unit.gateway.fake_peers import FakeLog
from tests.unit.gateway.grpc_peers import nobody, served

MIGRATIONS = Path(__file__).parents[3] / "services" / "auditor" / "migrations"


def serving(implementation: AuditorServiceServicer) -> Servicer:
    return Servicer(
        implementation, add_AuditorServiceServicer_to_server, "caveat.v1.AuditorService"
    )


@pytest.fixture(params=["fake", "grpc"])
async def log(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Log]:
    """A log of three decisions, with checkpoints of two and of three."""
    if request.param == "fake":
        yield FakeLog(3)
        return
    url = f"sqlite:///{tmp_path / 'auditor.db'}"
    store = Store(url, MIGRATIONS, name="auditor", readiness=Readiness("auditor"))
    await store.start()
    kept = StoreDecisionLog(store)
    signer = NoteSigner(OKPKey.generate_key("Ed25519"), LOG_ORIGIN)
    for numbers in ((1, 2), (3,)):
        entries = [an_entry(n, record=b'{"decision_number":%d}' % n) for n in numbers]
        await kept.append(entries, NOW)
        await kept.add_checkpoint(signer, NOW)
    async with served(serving(AuditorServicer(kept, lambda: NOW)), "auditor") as peer:
        yield GrpcLog(peer)
    await store.stop()


async def test_proves_a_decision_under_the_newest_checkpoint_or_an_older_one(log: Log) -> None:
    newest, older = await log.prove(2), await log.prove(2, 2)

    assert (newest.leaf.index, newest.leaf.kind) == (1, LeafKind.DECISION)
    assert json.loads(newest.leaf.content)["decision_number"] == 2
    assert (newest.tree_size, older.tree_size) == (3, 2)
    assert newest.leaf == older.leaf
    assert newest.checkpoint == await log.checkpoint()
    assert older.checkpoint == await log.checkpoint(2)
    assert proof_document(newest)["schema"] == "caveat/proof/1"


@pytest.mark.parametrize(("number", "size"), [(9, 0), (0, 0), (3, 2)])
async def test_knows_nothing_of_what_is_not_covered(log: Log, number: int, size: int) -> None:
    with pytest.raises(UnknownRecord):
        await log.prove(number, size)


async def test_reads_checkpoints_by_their_size(log: Log) -> None:
    assert (await log.checkpoint(2)).split("\n")[1] == "2"
    assert (await log.checkpoint()).split("\n")[1] == "3"
    with pytest.raises(UnknownRecord):
        await log.checkpoint(99)


# --- what only the wire can do -------------------------------------------------------------------


async def test_says_that_the_auditor_is_away() -> None:
    async with nobody("auditor") as peer:
        with pytest.raises(UpstreamUnavailable, match="auditor"):
            await GrpcLog(peer).prove(1)
        with pytest.raises(UpstreamUnavailable, match="auditor"):
            await GrpcLog(peer).checkpoint()


class Liar(AuditorServiceServicer):
    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf

    async def ProveDecision(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.ProveDecisionResponse(leaf=wire.to_proto(self.leaf), tree_size=3)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (LeafKind.DECISION, b'{"decision_number":2}'),
        (LeafKind.DECISION, b'{"decision_number":true}'),
        (LeafKind.DECISION, b"[1]"),
        (LeafKind.DECISION, b"\xff"),
        (LeafKind.OPERATION, b'{"decision_number":1}'),
    ],
)
async def test_takes_no_proof_of_another_leaf(kind: LeafKind, content: bytes) -> None:
    liar = Liar(Leaf(0, kind, content, ""))
    async with served(serving(liar), "auditor") as peer:
        with pytest.raises(VerificationFailed):
            await GrpcLog(peer).prove(1)
