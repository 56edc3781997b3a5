"""gRPC edge of the retriever: decode, delegate, encode."""

import asyncio
from typing import Any, TypeVar

from google.protobuf.message import Message

from caveat import wire
from caveat.chassis.rpc import MESSAGE_LIMIT, Servicer, answering
from caveat.errors import PermanentError
from caveat.terms import names_of
from caveat.v1 import retriever_service_pb2 as pb
from caveat.v1.retriever_service_pb2_grpc import (
    RetrieverServiceServicer,
    add_RetrieverServiceServicer_to_server,
)
from services.retriever.core import DEFAULT_LIMIT, look_up, look_up_source, retrieve
from services.retriever.definitions import define
from services.retriever.ports import Shelf

M = TypeVar("M", bound=Message)


class RetrieverServicer(RetrieverServiceServicer):
    """Serves the current version, and passages of the one before by id."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def Search(  # noqa: N802 - the name is fixed by retriever_service.proto
        self, request: pb.SearchRequest, context: Any
    ) -> pb.SearchResponse:
        """Find the evidence for a text."""
        async with answering(context, "RetrieverService/Search"):
            retrieval = await asyncio.to_thread(
                retrieve, self._shelf.current, request.text, limit=request.limit or DEFAULT_LIMIT
            )
            return _within_limit(pb.SearchResponse(evidence=wire.to_proto(retrieval.evidence)))

    async def GetPassages(  # noqa: N802 - the name is fixed by retriever_service.proto
        self, request: pb.GetPassagesRequest, context: Any
    ) -> pb.GetPassagesResponse:
        """Return passages by id."""
        async with answering(context, "RetrieverService/GetPassages"):
            versions = self._shelf.versions
            passages, sources = await asyncio.to_thread(
                look_up, versions, tuple(request.passage_ids)
            )
            return _within_limit(
                pb.GetPassagesResponse(
                    passages=map(wire.to_proto, passages),
                    sources=map(wire.to_proto, sources),
                    corpus_version=versions[0].description.corpus_version,
                )
            )

    async def GetSource(  # noqa: N802 - the name is fixed by retriever_service.proto
        self, request: pb.GetSourceRequest, context: Any
    ) -> pb.GetSourceResponse:
        """Return a source with its stored text and its passages in order."""
        async with answering(context, "RetrieverService/GetSource"):
            versions = self._shelf.versions
            entry = await asyncio.to_thread(look_up_source, versions, request.source_id)
            return _within_limit(
                pb.GetSourceResponse(
                    source=wire.to_proto(entry.source),
                    text=entry.text,
                    passages=map(wire.to_proto, entry.passages),
                    corpus_version=versions[0].description.corpus_version,
                )
            )

    async def DescribeCorpus(  # noqa: N802 - the name is fixed by retriever_service.proto
        self, request: pb.DescribeCorpusRequest, context: Any
    ) -> pb.DescribeCorpusResponse:
        """Return the figures of the corpus."""
        async with answering(context, "RetrieverService/DescribeCorpus"):
            described = self._shelf.current.description
            return pb.DescribeCorpusResponse(
                corpus_version=described.corpus_version,
                passages=described.passages,
                sources=described.sources,
                kinds=[f"SOURCE_TYPE_{kind.name}" for kind in described.kinds],
                as_of=described.as_of,
            )

    async def DescribeTerm(  # noqa: N802 - the name is fixed by retriever_service.proto
        self, request: pb.DescribeTermRequest, context: Any
    ) -> pb.DescribeTermResponse:
        """Return what a word means."""
        async with answering(context, "RetrieverService/DescribeTerm"):
            current = self._shelf.current
            definition, source = define(current, request.term)
            return pb.DescribeTermResponse(
                names=names_of(definition),
                definition=wire.to_proto(definition),
                source=wire.to_proto(source),
                corpus_version=current.description.corpus_version,
            )


def servicer(shelf: Shelf) -> Servicer:
    """Make what the chassis serves."""
    return Servicer(
        RetrieverServicer(shelf),
        add_RetrieverServiceServicer_to_server,
        "caveat.v1.RetrieverService",
    )


def _within_limit(reply: M) -> M:
    """Refuse what gRPC could not carry: its own refusal would look like a service away."""
    if reply.ByteSize() > MESSAGE_LIMIT:
        raise PermanentError(f"{reply.ByteSize()} bytes asked for at once; ask for less")
    return reply
