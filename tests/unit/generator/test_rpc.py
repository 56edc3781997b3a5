import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from caveat import wire
from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.errors import UnknownRecord
from caveat.model import Draft
from caveat.v1 import generator_service_pb2 as pb
from caveat.v1.generator_service_pb2_grpc import (
    GeneratorServiceStub,
    add_GeneratorServiceServicer_to_server,
)
from services.generator.core import compose
from services.generator.rpc import GeneratorServicer
from tests.unit.generator.builders import a_passage, a_routed_question, some_evidence

EVIDENCE = some_evidence(a_passage("Symptoms of MDS can include tiredness and fever."))


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servicer = Servicer(
        GeneratorServicer(),
        add_GeneratorServiceServicer_to_server,
        "caveat.v1.GeneratorService",
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("generator", f"127.0.0.1:{port}")
    yield peer
    await peer.close()
    await server.stop()


async def test_composes_a_draft_without_publishing(peer: Peer) -> None:
    question = a_routed_question()
    request: Any = pb.DraftRequest(
        question=wire.to_proto(question), evidence=wire.to_proto(EVIDENCE)
    )

    reply = await peer.call(peer.stub(GeneratorServiceStub).Draft, request)

    assert wire.from_proto(Draft, reply.draft) == compose(question, EVIDENCE)


async def test_tells_the_caller_that_nothing_speaks_to_the_question(peer: Peer) -> None:
    question = a_routed_question("What are the symptoms of gout?")
    request: Any = pb.DraftRequest(
        question=wire.to_proto(question), evidence=wire.to_proto(EVIDENCE)
    )

    with pytest.raises(UnknownRecord, match="speaks to the question"):
        await peer.call(peer.stub(GeneratorServiceStub).Draft, request)


async def test_gives_no_sentence_again(peer: Peer) -> None:
    draft = compose(a_routed_question(), EVIDENCE)
    assert draft is not None
    request: Any = pb.RedraftRequest(
        question=wire.to_proto(a_routed_question()),
        evidence=wire.to_proto(EVIDENCE),
        sentences=[wire.to_proto(s) for s in draft.sentences],
    )

    reply = await peer.call(peer.stub(GeneratorServiceStub).Redraft, request)

    assert list(reply.sentences) == []
