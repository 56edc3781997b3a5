"""The generator as the guard asks it to redraft, over gRPC."""

from caveat import wire
from caveat.chassis.rpc import Peer
from caveat.model import DraftSentence, Evidence, RoutedQuestion
from caveat.v1 import generator_service_pb2 as pb
from caveat.v1.generator_service_pb2_grpc import GeneratorServiceStub


class GeneratorRedrafter:
    """See Redrafter. The deadline of the call is the budget's: nothing is tried twice."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub = peer.stub(GeneratorServiceStub)

    async def redraft(
        self,
        question: RoutedQuestion,
        evidence: Evidence,
        sentences: tuple[DraftSentence, ...],
        *,
        seconds: float,
    ) -> tuple[DraftSentence, ...]:
        """See Redrafter. Raises UpstreamUnavailable when the generator is away or late."""
        request = pb.RedraftRequest(
            question=wire.to_proto(question),
            evidence=wire.to_proto(evidence),
            sentences=map(wire.to_proto, sentences),
        )
        answer = await self._peer.call(self._stub.Redraft, request, deadline=seconds)
        return tuple(wire.from_proto(DraftSentence, message) for message in answer.sentences)
