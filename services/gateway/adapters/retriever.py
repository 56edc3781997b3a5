"""Passages over gRPC. Every id is a hash of what it names, so nothing is taken on trust."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from caveat import wire
from caveat.chassis.rpc import Peer
from caveat.errors import VerificationFailed
from caveat.model import Passage, Source
from caveat.model.identity import passage_id_of, source_id_of
from caveat.terms import DEFINITION, Vocabulary
from caveat.v1 import retriever_service_pb2 as pb
from caveat.v1.retriever_service_pb2_grpc import RetrieverServiceStub
from services.gateway.records import KeptPassage, KeptSource

_DEADLINE = 2.0  # seconds; somebody waits for each of these


class GrpcPassages:
    """Passages over the retriever's GetPassages, GetSource and DescribeTerm calls."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub: Any = peer.stub(RetrieverServiceStub)

    async def passages(self, passage_ids: Sequence[str]) -> Mapping[str, KeptPassage]:
        """See Passages. Raises PermanentError for more than a message can hold."""
        if not passage_ids:
            return {}
        request = pb.GetPassagesRequest(passage_ids=passage_ids)
        told = await self._peer.call(self._stub.GetPassages, request, deadline=_DEADLINE)
        sources = {
            source.source_id: source
            for source in (wire.from_proto(Source, one) for one in told.sources)
        }
        found = [wire.from_proto(Passage, one) for one in told.passages]
        for passage in found:
            _check_passage(passage)
            if passage.source_id not in sources:
                raise VerificationFailed("a passage came without its source")
        return {p.passage_id: KeptPassage(p, sources[p.source_id]) for p in found}

    async def source(self, source_id: str) -> KeptSource:
        """See Passages."""
        request = pb.GetSourceRequest(source_id=source_id)
        told = await self._peer.call(self._stub.GetSource, request, deadline=_DEADLINE)
        kept = KeptSource(
            wire.from_proto(Source, told.source),
            told.text,
            tuple(wire.from_proto(Passage, one) for one in told.passages),
            told.corpus_version,
        )
        _check_source(source_id, kept)
        return kept

    async def definition(self, term: str) -> KeptPassage:
        """See Passages. The source is read whole: only its text shows that it is the one named."""
        request = pb.DescribeTermRequest(term=term)
        told = await self._peer.call(self._stub.DescribeTerm, request, deadline=_DEADLINE)
        definition = wire.from_proto(Passage, told.definition)
        _check_passage(definition)
        _check_meaning(term, definition)
        kept = await self.source(definition.source_id)
        _check_stands(definition, kept)
        return KeptPassage(definition, kept.source)


def _check_passage(passage: Passage) -> None:
    """Hold a passage to its id. Heading, facet and subject are not part of it."""
    if passage.passage_id != passage_id_of(passage.source_id, passage.start, passage.text):
        raise VerificationFailed("a passage does not hash to its id")


def _check_source(source_id: str, kept: KeptSource) -> None:
    """Hold a source to the id that was asked for, its text to its hash, passages to the text."""
    source, text = kept.source, kept.text
    if not source_id == source.source_id == source_id_of(source.url, text):
        raise VerificationFailed("a source does not hash to its id")
    if source.text_sha256 != hashlib.sha256(text.encode()).hexdigest():
        raise VerificationFailed("a stored text does not have its hash")
    for passage in kept.passages:
        _check_passage(passage)
        _check_stands(passage, kept)


def _check_stands(passage: Passage, kept: KeptSource) -> None:
    """Hold a passage to the text of the source that it says it is cut from."""
    stands = kept.text[passage.start : passage.start + len(passage.text)]
    if passage.source_id != kept.source.source_id or stands != passage.text:
        raise VerificationFailed("a passage does not stand in its source")


def _check_meaning(term: str, definition: Passage) -> None:
    """Hold a definition to the word that was asked for, which is no part of its id."""
    if definition.facet != DEFINITION or Vocabulary([definition]).named(term) is None:
        raise VerificationFailed("a definition is of another word")
