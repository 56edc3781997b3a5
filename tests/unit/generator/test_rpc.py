import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from caveat import wire
from caveat.chassis.rpc import Peer, Server, Servicer
from caveat.errors import UnknownRecord
from caveat.model import Draft, DraftSentence, Fallback
from caveat.v1 import generator_service_pb2 as pb
from caveat.v1.generator_service_pb2_grpc import (
    GeneratorServiceStub,
    add_GeneratorServiceServicer_to_server,
)
from services.generator.adapters import ExtractiveComposer, ModelComposer
from services.generator.chat import OpenAIModel
from services.generator.core import compose
from services.generator.ports import Composer
from services.generator.rpc import GeneratorServicer
from tests.model_server import MODEL, ModelServer, after
from tests.unit.generator.builders import a_passage, a_routed_question, some_evidence

EVIDENCE = some_evidence(a_passage("Symptoms of MDS can include tiredness and fever."))


@asynccontextmanager
async def a_peer_of(composer: Composer) -> AsyncIterator[Peer]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    servicer = Servicer(
        GeneratorServicer(composer),
        add_GeneratorServiceServicer_to_server,
        "caveat.v1.GeneratorService",
    )
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer("generator", f"127.0.0.1:{port}")
    yield peer
    await peer.close()
    await server.stop()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with a_peer_of(ExtractiveComposer()) as peer:
        yield peer


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
async def model_peer(model_server: ModelServer) -> AsyncIterator[Peer]:
    model = OpenAIModel(model_server.url, MODEL, tokens=500)
    async with a_peer_of(ModelComposer(model, seconds=20)) as peer:
        yield peer
    await model.stop()


def a_redraft_request(*sentences: DraftSentence) -> Any:
    return pb.RedraftRequest(
        question=wire.to_proto(a_routed_question()),
        evidence=wire.to_proto(EVIDENCE),
        sentences=map(wire.to_proto, sentences),
    )


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
    request = a_redraft_request(*draft.sentences)

    reply = await peer.call(peer.stub(GeneratorServiceStub).Redraft, request)

    assert list(reply.sentences) == []


async def test_a_model_redrafts_over_the_wire(model_peer: Peer) -> None:
    draft = compose(a_routed_question(), EVIDENCE)
    assert draft is not None
    true = draft.sentences[0]
    request = a_redraft_request(replace(true, text="Perhaps some tiredness."))

    reply = await model_peer.call(model_peer.stub(GeneratorServiceStub).Redraft, request)

    assert [wire.from_proto(DraftSentence, s) for s in reply.sentences] == [true]


async def test_a_redraft_ends_before_the_calls_deadline(
    model_peer: Peer, model_server: ModelServer
) -> None:
    model_server.script(after(60))
    draft = compose(a_routed_question(), EVIDENCE)
    assert draft is not None
    request = a_redraft_request(replace(draft.sentences[0], text="Perhaps some tiredness."))
    began = time.monotonic()

    reply = await model_peer.call(
        model_peer.stub(GeneratorServiceStub).Redraft, request, deadline=1
    )

    assert list(reply.sentences) == []
    assert time.monotonic() - began < 1


async def test_a_draft_falls_back_before_the_calls_deadline(
    model_peer: Peer, model_server: ModelServer
) -> None:
    model_server.script(after(60))
    question = a_routed_question()
    request: Any = pb.DraftRequest(
        question=wire.to_proto(question), evidence=wire.to_proto(EVIDENCE)
    )

    reply = await model_peer.call(model_peer.stub(GeneratorServiceStub).Draft, request, deadline=1)

    draft = wire.from_proto(Draft, reply.draft)
    assert draft.fallback == Fallback("model/scripted-1", "timeout")
    assert replace(draft, fallback=None) == compose(question, EVIDENCE)
