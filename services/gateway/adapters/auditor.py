"""Log over gRPC."""

import json
from typing import Any

from caveat import wire
from caveat.attestation import Proof
from caveat.chassis.rpc import Peer
from caveat.errors import VerificationFailed
from caveat.model import Leaf, LeafKind
from caveat.v1 import auditor_service_pb2 as pb
from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub

_DEADLINE = 2.0  # seconds; somebody waits for each of these


class GrpcLog:
    """Log over the auditor's ProveDecision and GetCheckpoint calls."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._stub: Any = peer.stub(AuditorServiceStub)

    async def prove(self, number: int, size: int = 0) -> Proof:
        """See Log. Raises VerificationFailed for the proof of something else."""
        request = pb.ProveDecisionRequest(decision_number=number, tree_size=size)
        told = await self._peer.call(self._stub.ProveDecision, request, deadline=_DEADLINE)
        leaf = wire.from_proto(Leaf, told.leaf)
        if leaf.kind is not LeafKind.DECISION or _number_of(leaf) != number:
            raise VerificationFailed("the auditor proved another leaf than was asked for")
        return Proof(leaf, told.tree_size, tuple(told.path), told.checkpoint)

    async def checkpoint(self, size: int = 0) -> str:
        """See Log."""
        request = pb.GetCheckpointRequest(tree_size=size)
        told = await self._peer.call(self._stub.GetCheckpoint, request, deadline=_DEADLINE)
        return str(told.note)


def _number_of(leaf: Leaf) -> int | None:
    try:
        fields = json.loads(leaf.content)
    except (ValueError, RecursionError):
        return None
    number = fields.get("decision_number") if isinstance(fields, dict) else None
    return number if type(number) is int else None
