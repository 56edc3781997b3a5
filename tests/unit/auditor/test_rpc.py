import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest

from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.errors import PermanentError, UnknownRecord, UpstreamUnavailable
from caveat.v1 import auditor_service_pb2 as pb
from caveat.v1.auditor_service_pb2_grpc import (
    AuditorServiceStub,
    add_AuditorServiceServicer_to_server,
)
from services.auditor.rpc import AuditorServicer
from tests.unit.auditor.builders import an_entry
from tests.unit.auditor.fakes import FakeDecisionLog

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def log() -> FakeDecisionLog:
    return FakeDecisionLog()


@pytest.fixture
async def peer(log: FakeDecisionLog) -> AsyncIterator[Peer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servicer = Servicer(
        AuditorServicer(log), add_AuditorServiceServicer_to_server, "caveat.v1.AuditorService"
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("auditor", f"127.0.0.1:{port}")
    yield peer
    await peer.close()
    await server.stop()


async def search(peer: Peer, **fields: Any) -> Any:
    request = pb.SearchDecisionsRequest(**fields)
    return await peer.call(peer.stub(AuditorServiceStub).SearchDecisions, request)


async def get(peer: Peer, **fields: Any) -> Any:
    request = pb.GetDecisionRequest(**fields)
    return await peer.call(peer.stub(AuditorServiceStub).GetDecision, request)


async def test_gives_one_decision_with_its_bytes(peer: Peer, log: FakeDecisionLog) -> None:
    entry = an_entry(12)
    await log.append(entry, NOW)

    reply = await get(peer, question_id=entry.question_id, version=1)

    assert (reply.decision.number, reply.decision.record) == (12, b"record 12")
    assert (reply.decision.question_id, reply.decision.version) == (entry.question_id, 1)


async def test_says_that_a_decision_is_unknown(peer: Peer) -> None:
    with pytest.raises(UnknownRecord):
        await get(peer, question_id="nobody", version=1)


async def test_lists_a_hundred_decisions_of_a_verdict_unless_told(
    peer: Peer, log: FakeDecisionLog
) -> None:
    for number in range(1, 301):
        await log.append(an_entry(number, verdict="pass" if number % 2 else "refuse"), NOW)

    reply = await search(peer, verdict="refuse", after=10)

    assert [d.number for d in reply.decisions] == list(range(12, 212, 2))


async def test_refuses_a_search_out_of_bounds(peer: Peer) -> None:
    with pytest.raises(PermanentError, match="limit 1 to 1000"):
        await search(peer, limit=1001)
    with pytest.raises(PermanentError, match="unknown verdict"):
        await search(peer, verdict="maybe")


async def test_a_caller_reads_everything_though_one_message_cannot_hold_it(
    peer: Peer, log: FakeDecisionLog
) -> None:
    for number in range(1, 1001):
        await log.append(an_entry(number, record=b"x" * 2000), NOW)

    read: list[int] = []
    pages = 0
    while found := (await search(peer, after=read[-1] if read else 0, limit=1000)).decisions:
        read += [decision.number for decision in found]
        pages += 1

    assert read == list(range(1, 1001))
    assert pages > 1


async def test_a_thousand_small_decisions_fit_into_one_message(
    peer: Peer, log: FakeDecisionLog
) -> None:
    for number in range(1, 1001):
        await log.append(an_entry(number, record=b"x" * 392), NOW)

    assert len((await search(peer, limit=1000)).decisions) == 1000


async def test_says_that_the_store_is_away(peer: Peer, log: FakeDecisionLog) -> None:
    log.away = True

    with pytest.raises(UpstreamUnavailable):
        await search(peer)


async def test_proofs_are_not_there_yet(peer: Peer) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await peer.stub(AuditorServiceStub).GetCheckpoint(pb.GetCheckpointRequest(), timeout=5)

    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
