"""Call the services of this stack over gRPC, from a command that runs once."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import grpc

from caveat.chassis.rpc import error_of
from caveat.cli.local import Local
from caveat.cli.plan import HOST, grpc_port
from caveat.errors import UnknownRecord, UpstreamUnavailable

DEADLINE = 10.0  # seconds
_LIMIT = 8 * 1024 * 1024

Call = Callable[..., Any]
"""`call("ListLeaves", request)` returns the service's answer."""


def address_of(local: Local, service: str) -> str:
    """Say where a service listens: CAVEAT_PEER_<SERVICE>, or this machine's stack."""
    told = os.environ.get(f"CAVEAT_PEER_{service.upper()}")
    return told or f"{HOST}:{grpc_port(local.base, service)}"


@contextmanager
def calling(local: Local, service: str, stub: Callable[[Any], Any]) -> Iterator[Call]:
    """Open a channel. Calls raise UpstreamUnavailable, or what the service raised on purpose."""
    options = (("grpc.max_receive_message_length", _LIMIT),)
    with grpc.insecure_channel(address_of(local, service), options=options) as channel:
        methods = stub(channel)

        def call(method: str, request: Any, *, deadline: float = DEADLINE) -> Any:
            try:
                return getattr(methods, method)(request, timeout=deadline)
            except grpc.RpcError as error:
                code, details = error.code(), error.details() or ""
                if kind := error_of(code):
                    raise kind(details.split(": ", 1)[-1]) from error
                raise UpstreamUnavailable(service, code.name) from error

        yield call


def decided_of(local: Local, wanted: Iterable[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    """Ask the audit log which of these questions and versions have been decided."""
    from caveat.v1.auditor_service_pb2 import GetDecisionRequest
    from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub

    found = set()
    with calling(local, "auditor", AuditorServiceStub) as call:
        for question_id, version in wanted:
            with suppress(UnknownRecord):  # which is the answer: not decided
                call("GetDecision", GetDecisionRequest(question_id=question_id, version=version))
                found.add((question_id, version))
    return frozenset(found)


def record_operation(local: Local, kind: str, operator: str, details: Mapping[str, str]) -> int:
    """Write to the audit log what an operator is about to do; return the leaf's index."""
    from caveat.v1.auditor_service_pb2 import RecordOperationRequest
    from caveat.v1.auditor_service_pb2_grpc import AuditorServiceStub

    request = RecordOperationRequest(kind=kind, operator=operator, details=details)
    with calling(local, "auditor", AuditorServiceStub) as call:
        return int(call("RecordOperation", request).index)
