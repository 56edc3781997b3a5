"""The guard's own list of decisions, over gRPC."""

from collections.abc import Sequence

from caveat import wire
from caveat.chassis.rpc import Peer
from caveat.errors import OversizeEvent, UpstreamUnavailable
from caveat.model import DecisionRecord
from caveat.v1 import guard_service_pb2 as pb
from caveat.v1.guard_service_pb2_grpc import GuardServiceStub

_PAGE = 100


class GuardDecisions:
    """The decisions that the guard's store lists."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub = peer.stub(GuardServiceStub)

    async def after(self, number: int) -> Sequence[DecisionRecord]:
        """See Decisions. Asks for fewer when a page does not fit into a message."""
        limit = _PAGE
        while True:
            request = pb.ListDecisionsRequest(after=number, limit=limit)
            try:
                found = await self._peer.call(self._stub.ListDecisions, request)
            except OversizeEvent as error:
                if limit == 1:
                    raise UpstreamUnavailable("guard", str(error)) from error
                limit = max(1, limit // 4)
            else:
                return [wire.from_proto(DecisionRecord, record) for record in found.decisions]
