import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from caveat import wire
from caveat.chassis.rpc import Peer, Server
from caveat.errors import PermanentError, UnknownRecord
from caveat.model import Passage, Source
from caveat.v1 import retriever_service_pb2 as pb
from caveat.v1.passage_pb2 import SOURCE_TYPE_PATIENT_SUMMARY
from caveat.v1.retriever_service_pb2_grpc import RetrieverServiceStub
from services.retriever.records import Entry
from services.retriever.rpc import servicer
from tests.unit.retriever.builders import WORDS, FakeCorpus, FakeShelf, an_entry

OLD = an_entry("Old words.", url="https://example.org/old")
NEW = an_entry("Fever is common.\n\nFever can be high.")
HUGE = an_entry("huge " * 110_000, url="https://example.org/huge")
LONG = [an_entry(f"{n} {'long ' * 400}", url=f"https://example.org/{n}") for n in range(400)]


class Client:
    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub = peer.stub(RetrieverServiceStub)

    async def ask(self, request: Any) -> Any:
        method = type(request).__name__.removesuffix("Request")
        return await self._peer.call(getattr(self._stub, method), request)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shelf = FakeShelf(
        FakeCorpus(NEW, HUGE, WORDS, *LONG, version="cv_new"), FakeCorpus(OLD, version="cv_old")
    )
    server = Server("127.0.0.1", port, [servicer(shelf)])
    await server.start()
    peer = Peer("retriever", f"127.0.0.1:{port}")
    yield Client(peer)
    await peer.close()
    await server.stop()


async def test_search_returns_evidence(client: Client):
    evidence = (await client.ask(pb.SearchRequest(text="fever", limit=1))).evidence

    assert len(evidence.passages) == 1
    assert evidence.passages[0].score_permille == 1000
    assert evidence.corpus_version == "cv_new"
    assert len((await client.ask(pb.SearchRequest(text="fever"))).evidence.passages) == 2


async def test_search_without_a_hit_returns_no_passages(client: Client):
    assert not (await client.ask(pb.SearchRequest(text="zebra"))).evidence.passages


@pytest.mark.parametrize("limit", [-1, 51])
async def test_search_refuses_a_limit_outside_the_contract(client: Client, limit: int):
    with pytest.raises(PermanentError, match=f"limit is {limit}"):
        await client.ask(pb.SearchRequest(text="fever", limit=limit))


async def test_passages_come_with_their_sources_from_both_versions(client: Client):
    ids = [entry.passages[0].passage_id for entry in (OLD, NEW)]

    found = await client.ask(pb.GetPassagesRequest(passage_ids=[*ids, "psg_unknown"]))

    assert [passage.passage_id for passage in found.passages] == ids
    assert {s.source_id for s in found.sources} == {e.source.source_id for e in (OLD, NEW)}
    assert found.corpus_version == "cv_new"


async def test_too_many_ids_are_the_callers_fault(client: Client):
    with pytest.raises(PermanentError, match="501 passage ids"):
        await client.ask(pb.GetPassagesRequest(passage_ids=[f"psg_{n}" for n in range(501)]))


async def test_more_bytes_than_grpc_carries_are_the_callers_fault(client: Client):
    ids = [entry.passages[0].passage_id for entry in LONG]

    with pytest.raises(PermanentError, match="ask for less"):
        await client.ask(pb.GetPassagesRequest(passage_ids=ids))


@pytest.mark.parametrize("entry", [OLD, NEW])
async def test_a_source_comes_whole_from_either_version(client: Client, entry: Entry):
    found = await client.ask(pb.GetSourceRequest(source_id=entry.source.source_id))

    assert wire.from_proto(Source, found.source) == entry.source
    assert found.text == entry.text
    assert tuple(wire.from_proto(Passage, one) for one in found.passages) == entry.passages
    assert found.corpus_version == "cv_new"


@pytest.mark.parametrize("source_id", ["", "src_unknown", "s" * 10_000])
async def test_knows_no_source_of_another_id(client: Client, source_id: str):
    with pytest.raises(UnknownRecord, match="no version that is served"):
        await client.ask(pb.GetSourceRequest(source_id=source_id))


async def test_a_source_that_grpc_cannot_carry_is_refused_and_does_not_look_away(client: Client):
    with pytest.raises(PermanentError, match="ask for less"):
        await client.ask(pb.GetSourceRequest(source_id=HUGE.source.source_id))


async def test_describes_the_current_version(client: Client):
    described = await client.ask(pb.DescribeCorpusRequest())

    assert (described.corpus_version, described.as_of) == ("cv_new", "2020-02-03")
    assert (described.passages, described.sources) == (405, 403)
    assert list(described.kinds) == [SOURCE_TYPE_PATIENT_SUMMARY]


async def test_describes_a_term_with_its_source(client: Client):
    found = await client.ask(pb.DescribeTermRequest(term="Blast Cells"))

    assert list(found.names) == ["blast", "blast cell"]
    assert found.definition.text == "Blasts are young blood cells."
    assert found.source.source_id == found.definition.source_id
    assert found.corpus_version == "cv_new"


@pytest.mark.parametrize("term", ["", "fever", "b" * 10_000])
async def test_a_term_that_nobody_explains_is_unknown(client: Client, term: str):
    with pytest.raises(UnknownRecord):
        await client.ask(pb.DescribeTermRequest(term=term))
