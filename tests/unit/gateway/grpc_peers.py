"""Real gRPC servers for the gateway's adapters."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from caveat.chassis.rpc import Peer, Server, Servicer


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served(servicer: Servicer, name: str) -> AsyncIterator[Peer]:
    """Serve on a port of its own; the peer outlives the server, as in a running gateway."""
    port = a_free_port()
    server = Server("127.0.0.1", port, [servicer])
    await server.start()
    peer = Peer(name, f"127.0.0.1:{port}")
    try:
        yield peer
    finally:
        await peer.close()
        await server.stop()


@asynccontextmanager
async def nobody(name: str) -> AsyncIterator[Peer]:
    """A peer that is away."""
    peer = Peer(name, f"127.0.0.1:{a_free_port()}")
    try:
        yield peer
    finally:
        await peer.close()
