"""gRPC edge of the auditor: decode, delegate, encode."""

from typing import Any

from caveat import wire
from caveat.attestation import canonical
from caveat.chassis.rpc import MESSAGE_LIMIT, answering
from caveat.v1 import auditor_service_pb2 as pb
from caveat.v1.auditor_service_pb2_grpc import AuditorServiceServicer
from services.auditor.core import leaves_within, limit_of, operation_of, page_within, search_of
from services.auditor.ports import DecisionLog, Now

# What a page of records may weigh: ids and framing of a thousand of them fit into the rest.
_ROOM = MESSAGE_LIMIT - 128 * 1024


class AuditorServicer(AuditorServiceServicer):
    """Reads the log to those who ask, proves it, and notes what operators do."""

    def __init__(self, log: DecisionLog, now: Now) -> None:
        self._log = log
        self._now = now

    async def GetDecision(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Read one decision by question and version."""
        async with answering(context, "AuditorService/GetDecision"):
            decision = await self._log.get(request.question_id, request.version)
        return pb.GetDecisionResponse(decision=wire.to_proto(decision))

    async def SearchDecisions(self, request: Any, context: Any) -> Any:  # noqa: N802
        """List decisions after a number: as many as were asked for, or as one message can hold."""
        async with answering(context, "AuditorService/SearchDecisions"):
            wanted = search_of(request.verdict, request.after, request.limit)
            page = page_within(await self._log.search(wanted), _ROOM)
        return pb.SearchDecisionsResponse(decisions=map(wire.to_proto, page))

    async def ListLeaves(self, request: Any, context: Any) -> Any:  # noqa: N802
        """List leaves from an index on: as many as were asked for, or as one message can hold."""
        async with answering(context, "AuditorService/ListLeaves"):
            limit = limit_of(request.first, request.limit, "first")
            page = leaves_within(await self._log.leaves(request.first, limit), _ROOM)
        return pb.ListLeavesResponse(leaves=map(wire.to_proto, page))

    async def GetCheckpoint(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Read a checkpoint."""
        async with answering(context, "AuditorService/GetCheckpoint"):
            note = await self._log.checkpoint(request.tree_size)
        return pb.GetCheckpointResponse(note=note)

    async def ProveDecision(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Prove that a decision is in the log that a checkpoint signs."""
        async with answering(context, "AuditorService/ProveDecision"):
            proof = await self._log.prove(request.decision_number, request.tree_size)
        return pb.ProveDecisionResponse(
            leaf=wire.to_proto(proof.leaf),
            tree_size=proof.tree_size,
            path=proof.path,
            checkpoint=proof.checkpoint,
        )

    async def ProveConsistency(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Prove that one checkpoint continues another."""
        async with answering(context, "AuditorService/ProveConsistency"):
            proof = await self._log.prove_consistency(request.first, request.second)
        return pb.ProveConsistencyResponse(
            first_checkpoint=proof.first, second_checkpoint=proof.second, path=proof.path
        )

    async def RecordOperation(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Append what an operator does; answer once it is durable."""
        async with answering(context, "AuditorService/RecordOperation"):
            now = self._now()
            operation = operation_of(request.kind, request.operator, dict(request.details), now)
            index = await self._log.append_operation(canonical(operation), now)
        return pb.RecordOperationResponse(index=index)
