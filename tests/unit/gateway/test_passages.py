"""Passages: one behaviour for the fake and for the real retriever over gRPC."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from caveat import wire
from caveat.chassis.rpc import Servicer
from caveat.errors import UnknownRecord, UpstreamUnavailable, VerificationFailed
from caveat.model import Passage
from caveat.model.identity import passage_id_of
from caveat.v1 import retriever_service_pb2 as pb
from caveat.v1.retriever_service_pb2_grpc import (
    RetrieverServiceServicer,
    add_RetrieverServiceServicer_to_server,
)
from services.gateway.adapters import GrpcPassages
from services.gateway.ports import Passages
from services.retriever.rpc import servicer
from tests.unit.gateway.fake_peers import FakePassages
from tests.unit.gateway.grpc_peers import nobody, served
from tests.unit.retriever.builders import WORDS, FakeCorpus, FakeShelf, an_entry

ENTRY = an_entry("Fever is common.\n\nFever can be high.")
OTHER = an_entry("Old words.", url="https://example.org/old")
FIRST, SECOND = ENTRY.passages
BLAST, FERRITIN = WORDS.passages


@pytest.fixture(params=["fake", "grpc"])
async def passages(request: pytest.FixtureRequest) -> AsyncIterator[Passages]:
    if request.param == "fake":
        yield FakePassages(ENTRY, WORDS, OTHER)
        return
    current = FakeCorpus(ENTRY, WORDS, version="cv_fake")
    shelf = FakeShelf(current, FakeCorpus(OTHER, version="cv_old"))
    async with served(servicer(shelf), "retriever") as peer:
        yield GrpcPassages(peer)


async def test_finds_passages_with_their_sources(passages: Passages) -> None:
    wanted = [SECOND.passage_id, OTHER.passages[0].passage_id, "psg_unknown"]

    found = await passages.passages(wanted)

    assert set(found) == set(wanted[:2])
    assert found[SECOND.passage_id].passage == SECOND
    assert found[SECOND.passage_id].source == ENTRY.source
    assert found[OTHER.passages[0].passage_id].source == OTHER.source
    assert await passages.passages([]) == {}


async def test_reads_a_source_with_its_text_and_passages_in_order(passages: Passages) -> None:
    kept = await passages.source(ENTRY.source.source_id)

    assert (kept.source, kept.text, kept.passages) == (ENTRY.source, ENTRY.text, ENTRY.passages)
    assert kept.corpus_version == "cv_fake"


async def test_knows_no_other_source(passages: Passages) -> None:
    with pytest.raises(UnknownRecord):
        await passages.source("src_unknown")


@pytest.mark.parametrize("term", ["blast", "Blast", " BLAST CELL "])
async def test_finds_what_a_word_means_in_any_spelling(passages: Passages, term: str) -> None:
    found = await passages.definition(term)

    assert (found.passage, found.source) == (BLAST, WORDS.source)


@pytest.mark.parametrize("term", ["fever", "blas", "blast ferritin", "\0", "b" * 10_000])
async def test_knows_no_other_word(passages: Passages, term: str) -> None:
    with pytest.raises(UnknownRecord):
        await passages.definition(term)


# --- what only the wire can do -------------------------------------------------------------------


async def test_says_that_the_retriever_is_away() -> None:
    async with nobody("retriever") as peer:
        with pytest.raises(UpstreamUnavailable, match="retriever"):
            await GrpcPassages(peer).passages([FIRST.passage_id])
        with pytest.raises(UpstreamUnavailable, match="retriever"):
            await GrpcPassages(peer).source(ENTRY.source.source_id)
        with pytest.raises(UpstreamUnavailable, match="retriever"):
            await GrpcPassages(peer).definition("blast")


class Liar(RetrieverServiceServicer):
    """Tells whatever a test wants."""

    def __init__(self, **told: Any) -> None:
        self.told = {
            "source": ENTRY.source,
            "text": ENTRY.text,
            "passages": ENTRY.passages,
        } | told

    async def GetPassages(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.GetPassagesResponse(
            passages=map(wire.to_proto, self.told["passages"]),
            sources=[wire.to_proto(self.told["source"])],
        )

    async def GetSource(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.GetSourceResponse(
            source=wire.to_proto(self.told["source"]),
            text=self.told["text"],
            passages=map(wire.to_proto, self.told["passages"]),
        )

    async def DescribeTerm(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.DescribeTermResponse(definition=wire.to_proto(self.told["definition"]))

    def servicer(self) -> Servicer:
        return Servicer(self, add_RetrieverServiceServicer_to_server, "caveat.v1.RetrieverService")


@pytest.mark.parametrize(
    "lie",
    [
        {"passages": [replace(FIRST, text="Fever is rare.")]},
        {"passages": [replace(FIRST, start=7)]},
        {"passages": [OTHER.passages[0]]},
    ],
    ids=["other-text", "elsewhere", "without-its-source"],
)
async def test_takes_no_passage_that_is_another_than_its_id_says(lie: dict[str, Any]) -> None:
    async with served(Liar(**lie).servicer(), "retriever") as peer:
        with pytest.raises(VerificationFailed):
            await GrpcPassages(peer).passages([FIRST.passage_id])


@pytest.mark.parametrize(
    "lie",
    [
        {"text": ENTRY.text.replace("common", "rare")},
        {"source": OTHER.source, "text": OTHER.text, "passages": []},
        {"source": replace(ENTRY.source, url="https://example.org/elsewhere")},
        {"source": replace(ENTRY.source, text_sha256="0" * 64)},
        {"passages": [replace(FIRST, text="Fever is rare.")]},
        {"passages": [OTHER.passages[0]]},
    ],
    ids=["text", "other-source", "address", "hash", "passage", "passage-of-another"],
)
async def test_takes_no_source_that_is_another_than_its_id_says(lie: dict[str, Any]) -> None:
    async with served(Liar(**lie).servicer(), "retriever") as peer:
        with pytest.raises(VerificationFailed):
            await GrpcPassages(peer).source(ENTRY.source.source_id)


def elsewhere(passage: Passage) -> Passage:
    """Give a passage another place, and the id that belongs to it."""
    start = passage.start + 1
    return replace(
        passage,
        start=start,
        passage_id=passage_id_of(passage.source_id, start, passage.text),
    )


IN_WORDS = {"source": WORDS.source, "text": WORDS.text, "passages": WORDS.passages}


async def test_takes_a_definition_that_is_what_it_says() -> None:
    truth = IN_WORDS | {"definition": BLAST}
    async with served(Liar(**truth).servicer(), "retriever") as peer:
        found = await GrpcPassages(peer).definition("blast")

    assert (found.passage, found.source) == (BLAST, WORDS.source)


@pytest.mark.parametrize(
    "lie",
    [
        {"definition": replace(BLAST, text="Blasts are old.")},
        {"definition": FERRITIN},
        {"definition": replace(BLAST, facet="what_it_is")},
        {"definition": replace(BLAST, passage_id=FERRITIN.passage_id)},
        {"definition": elsewhere(BLAST)},
        {"text": WORDS.text.replace("young", "old")},
        {"source": ENTRY.source, "text": ENTRY.text, "passages": ENTRY.passages},
    ],
    ids=[
        "text",
        "other-word",
        "no-definition",
        "other-id",
        "elsewhere",
        "source-text",
        "other-source",
    ],
)
async def test_takes_no_definition_that_is_another_than_it_says(lie: dict[str, Any]) -> None:
    told = IN_WORDS | {"definition": BLAST} | lie
    async with served(Liar(**told).servicer(), "retriever") as peer:
        with pytest.raises(VerificationFailed):
            await GrpcPassages(peer).definition("blast")
