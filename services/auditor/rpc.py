"""gRPC edge of the auditor: decode, delegate, encode.

ProveDecision and GetCheckpoint need the Merkle log, and answer UNIMPLEMENTED without it.
"""

from typing import Any

from caveat import wire
from caveat.chassis.rpc import MESSAGE_LIMIT, answering
from caveat.v1 import auditor_service_pb2 as pb
from caveat.v1.auditor_service_pb2_grpc import AuditorServiceServicer
from services.auditor.core import page_within, search_of
from services.auditor.ports import DecisionLog

# What a page of records may weigh: ids and framing of a thousand of them fit into the rest.
_ROOM = MESSAGE_LIMIT - 128 * 1024


class AuditorServicer(AuditorServiceServicer):
    """Reads the decision log to those who ask."""

    def __init__(self, log: DecisionLog) -> None:
        self._log = log

    async def GetDecision(  # noqa: N802 - the name is fixed by auditor_service.proto
        self, request: pb.GetDecisionRequest, context: Any
    ) -> pb.GetDecisionResponse:
        """Read one decision by question and version."""
        async with answering(context, "AuditorService/GetDecision"):
            decision = await self._log.get(request.question_id, request.version)
        return pb.GetDecisionResponse(decision=wire.to_proto(decision))

    async def SearchDecisions(  # noqa: N802 - the name is fixed by auditor_service.proto
        self, request: pb.SearchDecisionsRequest, context: Any
    ) -> pb.SearchDecisionsResponse:
        """List decisions after a number: as many as were asked for, or as one message can hold."""
        async with answering(context, "AuditorService/SearchDecisions"):
            wanted = search_of(request.verdict, request.after, request.limit)
            page = page_within(await self._log.search(wanted), _ROOM)
        return pb.SearchDecisionsResponse(decisions=map(wire.to_proto, page))
