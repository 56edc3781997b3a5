"""The guard's view of the retriever over gRPC."""

from collections.abc import Iterable, Mapping

from caveat import wire
from caveat.chassis.rpc import Peer
from caveat.model import Passage, Source
from caveat.v1 import retriever_service_pb2 as pb
from caveat.v1.retriever_service_pb2_grpc import RetrieverServiceStub


class RetrieverCorpus:
    """The corpus as the retriever serves it."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub = peer.stub(RetrieverServiceStub)

    async def passages(
        self, ids: Iterable[str]
    ) -> tuple[Mapping[str, Passage], Mapping[str, Source]]:
        """See Corpus."""
        wanted = list(ids)
        if not wanted:
            return {}, {}
        answer = await self._peer.call(
            self._stub.GetPassages, pb.GetPassagesRequest(passage_ids=wanted)
        )
        passages = (wire.from_proto(Passage, message) for message in answer.passages)
        sources = (wire.from_proto(Source, message) for message in answer.sources)
        return {p.passage_id: p for p in passages}, {s.source_id: s for s in sources}
