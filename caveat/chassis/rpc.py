"""gRPC plumbing shared by all servicers and clients: one error table, deadlines, traces."""

import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio
from grpc_reflection.v1alpha import reflection
from opentelemetry.trace import SpanKind

from caveat import errors
from caveat.chassis import tracing

log = logging.getLogger(__name__)

MESSAGE_LIMIT = 512 * 1024
DEADLINE = 5.0  # seconds; a deadline bounds work, not waiting

_STATUS: tuple[tuple[type[errors.CaveatError], grpc.StatusCode], ...] = (
    (errors.TransientError, grpc.StatusCode.UNAVAILABLE),
    (errors.UnknownRecord, grpc.StatusCode.NOT_FOUND),
    (errors.VerificationFailed, grpc.StatusCode.PERMISSION_DENIED),
    (errors.StartupError, grpc.StatusCode.FAILED_PRECONDITION),
    (errors.PermanentError, grpc.StatusCode.INVALID_ARGUMENT),
)

# Everything else means that the peer is broken or away.
_ERROR: dict[grpc.StatusCode, type[errors.CaveatError]] = {
    grpc.StatusCode.NOT_FOUND: errors.UnknownRecord,
    grpc.StatusCode.PERMISSION_DENIED: errors.VerificationFailed,
    grpc.StatusCode.INVALID_ARGUMENT: errors.PermanentError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: errors.OversizeEvent,  # no waiting makes it smaller
}

_OPTIONS = (
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
)


@dataclass(frozen=True, slots=True)
class Servicer:
    """A servicer, the generated function that registers it, and its full service name."""

    implementation: Any
    register: Callable[[Any, Any], None]
    full_name: str


def error_of(code: grpc.StatusCode) -> type[errors.CaveatError] | None:
    """What a caller makes of a status; None means that the peer is away: wait."""
    return _ERROR.get(code)


def status_of(error: errors.CaveatError) -> grpc.StatusCode:
    """The one place where our errors become gRPC statuses. First match wins."""
    return next(
        (code for kind, code in _STATUS if isinstance(error, kind)), grpc.StatusCode.INTERNAL
    )


@asynccontextmanager
async def answering(context: Any, method: str) -> AsyncIterator[None]:
    """Run a servicer's block in the caller's trace; whatever it raises becomes a status."""
    parent = tracing.carrier_of_metadata(context.invocation_metadata())
    with tracing.span(method, SpanKind.SERVER, parent=parent, attributes={"rpc.system": "grpc"}):
        try:
            yield
        except errors.CaveatError as error:
            await context.abort(status_of(error), f"{error.reason}: {error}")
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            # As in the stage: a core that crashes on one request is that request's fault. As
            # gRPC's own UNKNOWN it would have the caller wait for ever, and quote the request.
            log.exception("a servicer crashed", extra={"method": method})
            crash = f"handler_crashed: {type(error).__name__}"
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, crash)


class Server:
    """A gRPC server with health and reflection that turns SERVING only when told."""

    def __init__(self, host: str, port: int, servicers: Iterable[Servicer]) -> None:
        self._address = f"{host}:{port}"
        self._servicers = tuple(servicers)
        # The one without `aio` holds a thread of the loop's executor for each Watch.
        self._health = aio.HealthServicer()
        self._server: Any = None

    async def start(self) -> None:
        """Listen. Raises DependencyMissing when the port is taken."""
        self._server = grpc.aio.server(options=(*_OPTIONS, ("grpc.so_reuseport", 0)))
        for servicer in self._servicers:
            servicer.register(servicer.implementation, self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = [s.full_name for s in self._servicers]
        reflection.enable_server_reflection(
            (*names, "grpc.health.v1.Health", reflection.SERVICE_NAME), self._server
        )
        try:
            self._server.add_insecure_port(self._address)
        except RuntimeError as error:
            raise errors.DependencyMissing(f"gRPC port {self._address} is taken") from error
        await self.set_serving(False)
        await self._server.start()

    async def set_serving(self, serving: bool) -> None:
        """Tell health checks whether calls are welcome."""
        states = health_pb2.HealthCheckResponse
        for name in ("", *(s.full_name for s in self._servicers)):
            await self._health.set(name, states.SERVING if serving else states.NOT_SERVING)

    async def stop(self) -> None:
        """Refuse new calls and give running ones two seconds."""
        if self._server is not None:
            await self.set_serving(False)
            await self._server.stop(grace=2)


class Peer:
    """A client of one service. Every call has a deadline and carries the trace."""

    def __init__(self, name: str, address: str) -> None:
        self._name = name
        # Reconnect soon: a peer that is back should not be waited for any longer.
        self._channel = grpc.aio.insecure_channel(
            address,
            options=(
                *_OPTIONS,
                ("grpc.initial_reconnect_backoff_ms", 100),
                ("grpc.max_reconnect_backoff_ms", 1000),
            ),
        )

    def stub(self, kind: Callable[[Any], Any]) -> Any:
        """Make a generated stub on this peer's channel."""
        return kind(self._channel)

    async def call(self, method: Any, request: Any, *, deadline: float = DEADLINE) -> Any:
        """Call a stub's method. Raises UpstreamUnavailable, or what the peer raised on purpose."""
        name = type(request).__name__.removesuffix("Request")
        with tracing.span(
            f"{self._name}/{name}", SpanKind.CLIENT, attributes={"rpc.system": "grpc"}
        ):
            try:
                return await method(
                    request,
                    timeout=deadline,
                    metadata=tuple(tracing.headers_of_current().items()),
                )
            except grpc.aio.AioRpcError as error:
                kind = error_of(error.code())
                if kind is None:
                    raise errors.UpstreamUnavailable(self._name, error.code().name) from error
                raise kind(f"{self._name}: {error.details()}") from error

    async def close(self) -> None:
        """Close the channel."""
        await self._channel.close()
