import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from caveat import wire
from caveat.attestation import LogKeys, NoteSigner, Signer
from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.errors import PermanentError, UnknownRecord, UpstreamUnavailable
from caveat.model import DecisionRecord, Leaf, LeafKind
from caveat.v1 import auditor_service_pb2 as pb
from caveat.v1.auditor_service_pb2_grpc import (
    AuditorServiceStub,
    add_AuditorServiceServicer_to_server,
)
from caveat.v1.guard_service_pb2 import ListDecisionsResponse
from caveat.v1.guard_service_pb2_grpc import (
    GuardServiceServicer,
    add_GuardServiceServicer_to_server,
)
from services.auditor import merkle
from services.auditor.adapters import StoreDecisionLog
from services.auditor.guard import GuardDecisions
from services.auditor.rpc import AuditorServicer
from tests.unit.auditor.builders import NOW, a_record, an_entry


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def peer(log: StoreDecisionLog) -> AsyncIterator[Peer]:
    port = free_port()
    servicer = Servicer(
        AuditorServicer(log, lambda: NOW),
        add_AuditorServiceServicer_to_server,
        "caveat.v1.AuditorService",
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("auditor", f"127.0.0.1:{port}")
    yield peer
    await peer.close()
    await server.stop()


async def call(peer: Peer, method: str, **fields: Any) -> Any:
    request = getattr(pb, f"{method}Request")(**fields)
    return await peer.call(getattr(peer.stub(AuditorServiceStub), method), request)


async def test_gives_one_decision_with_its_bytes_and_signature(
    peer: Peer, log: StoreDecisionLog
) -> None:
    entry = an_entry(1)
    await log.append([entry], NOW)

    reply = await call(peer, "GetDecision", question_id=entry.question_id, version=1)

    assert wire.from_proto(DecisionRecord, reply.decision) == entry.decision
    with pytest.raises(UnknownRecord):
        await call(peer, "GetDecision", question_id="nobody", version=1)


async def test_lists_a_hundred_decisions_of_a_verdict_unless_told(
    peer: Peer, log: StoreDecisionLog
) -> None:
    verdicts = {0: "pass", 1: "refuse"}
    await log.append([an_entry(n, verdict=verdicts[n % 2]) for n in range(1, 301)], NOW)

    reply = await call(peer, "SearchDecisions", verdict="refuse", after=10)

    assert [d.number for d in reply.decisions] == list(range(11, 211, 2))


@pytest.mark.parametrize(
    ("method", "fields", "match"),
    [
        ("SearchDecisions", {"limit": 1001}, "limit 1 to 1000"),
        ("SearchDecisions", {"verdict": "maybe"}, "unknown verdict"),
        ("ListLeaves", {"first": -1}, "first is 0 or more"),
        ("RecordOperation", {"kind": "No!", "operator": "ops"}, "kind is words"),
    ],
)
async def test_refuses_what_is_out_of_bounds(
    peer: Peer, method: str, fields: dict[str, Any], match: str
) -> None:
    with pytest.raises(PermanentError, match=match):
        await call(peer, method, **fields)


async def test_a_caller_reads_everything_though_one_message_cannot_hold_it(
    peer: Peer, log: StoreDecisionLog
) -> None:
    await log.append([an_entry(n, record=b"%d" % n + b"x" * 2000) for n in range(1, 601)], NOW)
    read: list[int] = []
    leaves: list[int] = []

    while page := (
        await call(peer, "SearchDecisions", after=read[-1] if read else 0, limit=1000)
    ).decisions:
        read += [decision.number for decision in page]
    while found := (await call(peer, "ListLeaves", first=len(leaves), limit=1000)).leaves:
        assert len(found) < 600
        leaves += [leaf.index for leaf in found]

    assert read == list(range(1, 601))
    assert leaves == list(range(600))


async def test_proves_a_decision_and_that_the_log_only_grew(
    peer: Peer, log: StoreDecisionLog, note_signer: NoteSigner, log_keys: LogKeys
) -> None:
    await log.append([an_entry(n) for n in (1, 2, 3)], NOW)
    await log.add_checkpoint(note_signer, NOW)
    await log.append([an_entry(n) for n in (4, 5)], NOW)
    await log.add_checkpoint(note_signer, NOW)

    proof = await call(peer, "ProveDecision", decision_number=4)
    first = log_keys.open_checkpoint((await call(peer, "GetCheckpoint", tree_size=3)).note)
    newest = log_keys.open_checkpoint((await call(peer, "GetCheckpoint")).note)
    both = await call(peer, "ProveConsistency", first=3)

    leaf = wire.from_proto(Leaf, proof.leaf)
    assert leaf == Leaf(3, LeafKind.DECISION, b"record 4", "header..signature")
    merkle.verify_inclusion(
        merkle.leaf_hash(leaf.content), 3, proof.tree_size,
        path=proof.path, root_hash=log_keys.open_checkpoint(proof.checkpoint).root,
    )  # fmt: skip
    assert log_keys.open_checkpoint(both.second_checkpoint) == newest
    merkle.verify_consistency(3, 5, path=both.path, first_root=first.root, second_root=newest.root)
    with pytest.raises(UnknownRecord, match="the checkpoint is older"):
        await call(peer, "ProveDecision", decision_number=4, tree_size=3)


async def test_notes_what_an_operator_does(peer: Peer, log: StoreDecisionLog) -> None:
    await log.append([an_entry(1)], NOW)

    reply = await call(
        peer, "RecordOperation", kind="keys.rotated", operator="ops", details={"b": "2", "a": "1"}
    )

    assert reply.index == 1
    [leaf] = await log.leaves(1, 9)
    assert (leaf.kind, leaf.jws) == (LeafKind.OPERATION, "")
    assert json.loads(leaf.content)["details"] == {"a": "1", "b": "2"}
    assert leaf.content.startswith(b'{"at":"2026-11-22T10:00:00Z","details":{"a":"1",')


async def test_says_that_the_store_is_away(
    peer: Peer, log: StoreDecisionLog, sqlite_path: Path
) -> None:
    away = sqlite_path.parent.rename(sqlite_path.parent.with_name("away"))

    with pytest.raises(UpstreamUnavailable):
        await call(peer, "SearchDecisions")

    away.rename(sqlite_path.parent)


# --- the other side: the guard's list ------------------------------------------------------------


class FakeGuard(GuardServiceServicer):
    def __init__(self, records: list[DecisionRecord]) -> None:
        self.records = records
        self.limits: list[int] = []

    async def ListDecisions(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.limits.append(request.limit)
        page = [one for one in self.records if one.number > request.after][: request.limit]
        return ListDecisionsResponse(decisions=map(wire.to_proto, page))


async def test_reads_the_guards_list_though_its_pages_are_too_large(signer: Signer) -> None:
    text = "x" * 20_000
    guard = FakeGuard([a_record(signer, n, findings=[text]) for n in range(1, 101)])
    port = free_port()
    server = Server("127.0.0.1", port, [
        Servicer(guard, add_GuardServiceServicer_to_server, "caveat.v1.GuardService")
    ])  # fmt: skip
    await server.start()
    peer = Peer("guard", f"127.0.0.1:{port}")
    decisions = GuardDecisions(peer)

    read: list[DecisionRecord] = []
    while page := await decisions.after(len(read)):
        read += page

    await peer.close()
    await server.stop()
    assert read == guard.records
    assert max(guard.limits) > min(guard.limits)


async def test_waits_for_a_guard_that_does_not_answer() -> None:
    peer = Peer("guard", f"127.0.0.1:{free_port()}")
    with pytest.raises(UpstreamUnavailable, match="guard"):
        await GuardDecisions(peer).after(0)
    await peer.close()
